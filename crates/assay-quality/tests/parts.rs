//! What each part sees, in every language.

use assay_core::{
    Compilation, Content, Execution, FinishReason, Language, Quality, QualityBasis, QualityPart,
    QualityWeights, Verdict,
};
use assay_quality::{QualityInput, observe, score};

struct Ask<'a> {
    language: &'a str,
    prompt: &'a str,
    entry_point: &'a str,
    reference: Option<&'a str>,
}

fn asked(ask: &Ask<'_>, program: &str) -> Quality {
    score(&QualityInput {
        program,
        language: &Language::new(ask.language),
        prompt: ask.prompt,
        entry_point: ask.entry_point,
        reference: ask.reference,
        finish: None,
        content: None,
        weights: QualityWeights::default(),
    })
}

fn alone(language: &str, program: &str) -> Quality {
    let ask = Ask {
        language,
        prompt: "",
        entry_point: "f",
        reference: None,
    };
    asked(&ask, program)
}

#[track_caller]
fn says(quality: &Quality, part: QualityPart, text: &str) {
    assert!(
        quality
            .reasons
            .iter()
            .any(|r| r.part == part && r.text.contains(text)),
        "{text:?} is not said: {quality:?}"
    );
    assert!(quality.part(part) < 1.0, "{quality:?}");
}

#[track_caller]
fn is_whole(quality: &Quality) {
    for part in [
        QualityPart::Syntactic,
        QualityPart::Completeness,
        QualityPart::Executability,
    ] {
        assert_eq!(quality.part(part), 1.0, "{quality:?}");
    }
}

const GOOD: [(&str, &str); 8] = [
    (
        "python",
        "import math\n\ndef f(numbers, least=0):\n    total = 0\n    for i, n in enumerate(numbers):\n        if n > least:\n            total += math.floor(n) * i\n    return total\n",
    ),
    (
        "javascript",
        "const f = (numbers, least) => {\n  let total = 0;\n  for (const n of numbers) {\n    if (n > least) total += Math.floor(n);\n  }\n  return total;\n};\n",
    ),
    (
        "typescript",
        "function f(numbers: number[], least: number): number {\n  return numbers.filter((n) => n > least).reduce((a, b) => a + b, 0);\n}\n",
    ),
    (
        "java",
        "import java.util.*;\nclass Problem {\n  static long f(List<Long> numbers, long least) {\n    long total = 0;\n    for (long n : numbers) { if (n > least) total += Math.abs(n); }\n    return total;\n  }\n}\n",
    ),
    (
        "cpp",
        "#include <vector>\nusing namespace std;\nlong f(const vector<long>& numbers, long least) {\n  long total = 0;\n  for (auto n : numbers) if (n > least) total += n;\n  return total;\n}\n",
    ),
    (
        "go",
        "package main\n\nimport \"math\"\n\nfunc f(numbers []float64, least float64) float64 {\n\ttotal := 0.0\n\tfor _, n := range numbers {\n\t\tif n > least {\n\t\t\ttotal += math.Floor(n)\n\t\t}\n\t}\n\treturn total\n}\n",
    ),
    (
        "rust",
        "fn f(numbers: &[i64], least: i64) -> i64 {\n    numbers.iter().filter(|n| **n > least).sum()\n}\n",
    ),
    (
        "php",
        "<?php\nfunction f($numbers, $least) {\n    $total = 0;\n    foreach ($numbers as $n) {\n        if ($n > $least) { $total += $n; }\n    }\n    return $total;\n}\n",
    ),
];

#[test]
fn a_good_program_is_whole_in_every_language() {
    for (language, program) in GOOD {
        let quality = alone(language, program);
        is_whole(&quality);
        assert_eq!(quality.basis, QualityBasis::Static);
        assert!(
            quality.semantic > 0.1 && quality.semantic < 1.0,
            "{quality:?}"
        );
    }
}

#[test]
fn a_program_that_is_its_reference_is_liker_than_any_other() {
    for (language, program) in GOOD {
        let ask = Ask {
            language,
            prompt: "",
            entry_point: "f",
            reference: Some(program),
        };
        let same = asked(&ask, program);
        // Names do not count.
        let renamed = asked(
            &ask,
            &program
                .replace("total", "sum_of_all")
                .replace("numbers", "values"),
        );
        assert!(
            (same.semantic - renamed.semantic).abs() < 1e-9,
            "{language}: {same:?} {renamed:?}"
        );
        let other = asked(&ask, &program.replace('>', "<").replace(" 0", " 7"));
        assert!(
            other.semantic < same.semantic,
            "{language}: {same:?} {other:?}"
        );
    }
}

#[test]
fn broken_text_is_broken_in_every_language() {
    for (language, program) in GOOD {
        let broken = program.replacen('(', "((", 1);
        let quality = alone(language, &broken);
        says(&quality, QualityPart::Syntactic, "syntax error in line");
        says(&quality, QualityPart::Executability, "does not parse");
        assert!(quality.overall < alone(language, program).overall / 2.0);
    }
}

#[test]
fn what_is_not_there_is_missed_in_every_language() {
    for (language, program) in GOOD {
        let quality = alone(
            language,
            &program
                .replace("f(", "other(")
                .replace("const f ", "const other "),
        );
        says(&quality, QualityPart::Completeness, "'f' is not defined");
        assert_eq!(quality.overall, 0.0);
    }
    says(
        &alone("python", " \n"),
        QualityPart::Completeness,
        "no code",
    );
}

#[test]
fn empty_bodies_do_nothing() {
    for (language, program) in [
        ("python", "def f(x):\n    \"\"\"Adds.\"\"\"\n    pass\n"),
        ("python", "def f(x):\n    ...\n"),
        ("javascript", "function f(x) {\n  // TODO\n}\n"),
        ("java", "class P { static int f(int x) { /* later */ } }"),
        ("go", "package main\nfunc f(x int) int {\n}\n"),
        ("rust", "fn f(x: i32) -> i32 {\n    todo!()\n}\n"),
        ("cpp", "int f(int x) {}\n"),
        ("php", "<?php function f($x) { }"),
    ] {
        says(
            &alone(language, program),
            QualityPart::Completeness,
            "does nothing",
        );
    }
    says(
        &alone("python", "def f(x):\n    raise NotImplementedError\n"),
        QualityPart::Completeness,
        "not implemented",
    );
}

#[test]
fn what_is_due_is_returned() {
    let ask = Ask {
        language: "python",
        prompt: "def f(x):\n    \"\"\"Return the double of x.\"\"\"\n",
        entry_point: "f",
        reference: Some("    return 2 * x\n"),
    };
    says(
        &asked(&ask, "def f(x):\n    print(2 * x)\n"),
        QualityPart::Completeness,
        "returns nothing",
    );
    let partly = asked(&ask, "def f(x):\n    if x > 0:\n        return 2 * x\n");
    says(&partly, QualityPart::Completeness, "may end without");
    is_whole(&asked(
        &ask,
        "def f(x):\n    if x > 0:\n        return 2 * x\n    else:\n        return -2 * -x\n",
    ));
    is_whole(&asked(
        &ask,
        "def f(x):\n    while True:\n        x += x\n        return x\n",
    ));
    let cut = score(&QualityInput {
        program: "def f(x):\n    return 2\n",
        language: &Language::python(),
        prompt: ask.prompt,
        entry_point: "f",
        reference: None,
        finish: Some(FinishReason::Length),
        content: Some(Content::Ok),
        weights: QualityWeights::default(),
    });
    says(&cut, QualityPart::Completeness, "cut off");
}

#[test]
fn what_cannot_run_is_told() {
    let cases = [
        ("python", "def f(x):\n    return math.sqrt(x)\n", "'math'"),
        (
            "javascript",
            "function f(x) { return lodash.sum(x); }",
            "'lodash'",
        ),
        (
            "java",
            "class P { static int f(int x) { return helper(x); } }",
            "'helper'",
        ),
        (
            "java",
            "class P { static List<Integer> f(int x) { return null; } }",
            "'List' is used and not imported",
        ),
        (
            "go",
            "package main\nfunc f(x int) int {\n\treturn helper(x)\n}\n",
            "'helper'",
        ),
        (
            "go",
            "package main\nfunc f(x int) int {\n\ty := 2\n\treturn x\n}\n",
            "'y' is declared and not used",
        ),
        (
            "python",
            "def g(a, b):\n    return a\n\ndef f(x):\n    return g(x)\n",
            "'g' takes 2 arguments and is given 1",
        ),
        (
            "rust",
            "fn g(a: i32) -> i32 { a }\nfn f(x: i32) -> i32 { g(x, x) }",
            "'g' takes 1 arguments and is given 2",
        ),
        (
            "python",
            "def f(x):\n    while True:\n        x += 1\n",
            "no way out",
        ),
        (
            "cpp",
            "int f(int x) { for (;;) { x++; } return x; }",
            "no way out",
        ),
        (
            "go",
            "package main\nfunc f(x int) int {\n\tfor {\n\t\tx++\n\t}\n}\n",
            "no way out",
        ),
        (
            "python",
            "def f(x):\n    n = 3\n    while n > 0:\n        x += 1\n    return x\n",
            "not changed",
        ),
        (
            "python",
            "def f(x):\n    for i in x:\n        if i:\n            return 1\n        else:\n            return 2\n    return 3\n",
            "round twice",
        ),
        ("python", "def f(x):\n    return f(x)\n", "calls itself"),
        (
            "python",
            "def f(x):\n    return 1\n    x += 1\n",
            "cannot be reached",
        ),
    ];
    for (language, program, text) in cases {
        says(&alone(language, program), QualityPart::Executability, text);
    }
    let ask = Ask {
        language: "python",
        prompt: "def f(a, b):\n    pass\n",
        entry_point: "f",
        reference: None,
    };
    says(
        &asked(&ask, "def f(a):\n    return a\n"),
        QualityPart::Executability,
        "takes 1 arguments, not 2",
    );
    says(
        &asked(&ask, "def f(a, b):\n    return a\n"),
        QualityPart::Semantic,
        "not used: 'b'",
    );
}

#[test]
fn what_binds_names_in_python_is_seen() {
    let program = "from os import path as p\nimport a.b\nX, (Y, *Z) = 1, (2, 3)\n\nclass A:\n    n = 1\n\ndef f(x, *rest, k: int = 3, **more) -> 'A':\n    with open(x) as h, p:\n        pass\n    try:\n        [i for i, (j, _) in rest if (w := j)]\n    except (ValueError, OSError) as e:\n        print(e, a, h)\n    for q in Z:\n        global G\n        G = lambda u, *v: (u, v, q)\n    match x:\n        case [one, *others]:\n            return one, others\n    return {b: X for b in more}, Y, k, w, A, __name__\n";
    let quality = alone("python", program);
    assert_eq!(quality.executability, 1.0, "{quality:?}");
    let open = alone(
        "python",
        "from math import *\n\ndef f(x):\n    return sqrt(x)\n",
    );
    assert_eq!(open.executability, 1.0, "{open:?}");
}

#[test]
fn a_last_bracket_may_be_left_to_the_tests() {
    for (language, program) in GOOD
        .into_iter()
        .filter(|(l, _)| matches!(*l, "java" | "cpp" | "go" | "php"))
    {
        let open = program.trim_end().trim_end_matches('}');
        is_whole(&alone(language, open));
    }
    assert!(alone("cpp", "int f(int x) { if (x) { while (x) { x--; ").syntactic < 1.0);
}

fn executed(verdict: Verdict, detail: Option<&str>) -> Execution {
    Execution {
        verdict,
        detail: detail.map(str::to_owned),
        ..Execution::infrastructure("")
    }
}

#[test]
fn what_ran_is_observed_and_not_whether_it_passed() {
    let weights = QualityWeights::default();
    let quality = alone("python", "def f(x):\n    return y\n");
    assert!(quality.executability < 1.0);
    let passed = observe(&quality, &executed(Verdict::Passed, None), &weights);
    let failed = observe(
        &quality,
        &executed(Verdict::Failed, Some("assert f(1) == 2")),
        &weights,
    );
    assert_eq!(passed, failed);
    assert_eq!(
        (passed.executability, passed.basis),
        (1.0, QualityBasis::Executed)
    );
    assert!(passed.overall > quality.overall);
    assert!(
        passed
            .reasons
            .iter()
            .all(|r| r.part != QualityPart::Executability)
    );

    let of =
        |verdict, detail| observe(&quality, &executed(verdict, detail), &weights).executability;
    let unbound = of(
        Verdict::Exception,
        Some("NameError: name 'y' is not defined"),
    );
    let raised = of(
        Verdict::Exception,
        Some("IndexError: list index out of range"),
    );
    assert_eq!(of(Verdict::CompileError, None), 0.0);
    assert!(0.0 < unbound && unbound < raised && raised < 1.0);
    for verdict in [
        Verdict::Timeout,
        Verdict::Memory,
        Verdict::OutputLimit,
        Verdict::ProcessLimit,
    ] {
        assert!(of(verdict, None) < raised);
    }
    let unknown = observe(&quality, &executed(Verdict::Infrastructure, None), &weights);
    assert_eq!(unknown, quality);
    let typed = Execution {
        compilation: Some(Compilation {
            ok: false,
            duration_ms: 1.0,
            diagnostics: String::new(),
        }),
        ..executed(Verdict::Passed, None)
    };
    says(
        &observe(&quality, &typed, &weights),
        QualityPart::Executability,
        "type checker",
    );
}

#[test]
fn weights_decide_what_counts() {
    let program = "def f(x):\n    return y\n";
    let with = |weights| {
        score(&QualityInput {
            program,
            language: &Language::python(),
            prompt: "",
            entry_point: "f",
            reference: None,
            finish: None,
            content: None,
            weights,
        })
    };
    let none = QualityWeights {
        syntactic: 0.0,
        completeness: 0.0,
        semantic: 0.0,
        executability: 0.0,
    };
    let one = with(QualityWeights {
        executability: 3.0,
        ..none
    });
    assert!((one.overall - one.executability).abs() < 1e-12);
    let all = with(QualityWeights {
        syntactic: 2.0,
        completeness: 2.0,
        semantic: 2.0,
        executability: 2.0,
    });
    let product = all.syntactic * all.completeness * all.semantic * all.executability;
    assert!((all.overall - product).abs() < 1e-12);
    let half = with(QualityWeights {
        semantic: 1.0,
        executability: 0.5,
        ..none
    });
    assert!((half.overall - half.semantic * half.executability.sqrt()).abs() < 1e-12);
    assert_eq!(with(none).overall, with(QualityWeights::default()).overall);
}
