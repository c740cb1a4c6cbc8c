use super::*;

const MINE: &str = "id = \"mine\"\ntitle = \"Mine\"\ndescription = \"d\"\nkind = \"completion\"\ntemplate = \"# hm\\n{{ prompt }}\"\n";

async fn app() -> (tempfile::TempDir, App) {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(crate::AppConfig::new(folder.path()))
        .await
        .unwrap();
    (folder, app)
}

fn request(strategy: &str, language: Option<&str>) -> PreviewRequest {
    PreviewRequest {
        dataset: "starter".into(),
        problem: "starter/mask-middle".into(),
        language: language.map(Language::new),
        languages: Vec::new(),
        strategy: strategy.into(),
        model: "openai:qwen2.5-coder-7b-instruct@http://127.0.0.1:9/v1"
            .parse()
            .unwrap(),
        seed: 0,
    }
}

#[tokio::test]
async fn a_users_strategy_from_its_first_line_to_its_end() {
    let (folder, app) = app().await;
    let saved = app.save_strategy("mine", MINE).await.unwrap();
    assert!(!saved.builtin);
    assert_eq!(app.strategy_source("mine").await.unwrap().toml, MINE);
    let listed = app.strategies().await.unwrap();
    assert!(listed.strategies.iter().any(|s| s.id.as_str() == "mine"));
    let shown = app.preview_prompt(request("mine", None)).await.unwrap();
    assert!(shown.turns[0].prompt.display_text().starts_with("# hm\n"));

    let copy = app
        .duplicate_strategy("self-repair", "my-repair")
        .await
        .unwrap();
    assert_eq!(
        (copy.turns, copy.builtin, copy.checks_answers),
        (3, false, true)
    );
    let taken = app
        .duplicate_strategy("instruct", "my-repair")
        .await
        .unwrap_err();
    assert_eq!(taken.info.code, "strategy-taken");
    app.delete_strategy("my-repair").await.unwrap();
    assert_eq!(
        app.strategy_source("my-repair")
            .await
            .unwrap_err()
            .info
            .code,
        "unknown-strategy"
    );
    assert_eq!(
        std::fs::read_dir(folder.path().join(FOLDER))
            .unwrap()
            .count(),
        1
    );
}

#[tokio::test]
async fn what_is_refused_leaves_no_file() {
    let (folder, app) = app().await;
    let instruct = MINE.replace("mine", "instruct");
    for (id, text, code) in [
        ("instruct", instruct.as_str(), "strategy-taken"),
        ("other", MINE, "bad-strategy"),
        ("../mine", MINE, "bad-strategy"),
        ("mine", "id = 'mine'\n", "bad-strategy"),
    ] {
        assert_eq!(
            app.save_strategy(id, text).await.unwrap_err().info.code,
            code,
            "{id}"
        );
    }
    let leak = MINE.replace("{{ prompt }}", "{{ tests }}");
    let error = app.save_strategy("mine", &leak).await.unwrap_err();
    assert!(
        error.info.message.contains("mine.toml, line 5"),
        "{}",
        error.info.message
    );
    assert_eq!(
        app.delete_strategy("instruct").await.unwrap_err().info.code,
        "strategy-builtin"
    );
    assert!(!folder.path().join(FOLDER).exists());

    // A file that went wrong outside is told, hides nothing, and can be deleted.
    std::fs::create_dir_all(folder.path().join(FOLDER)).unwrap();
    std::fs::write(
        folder.path().join(FOLDER).join("mine.toml"),
        "id = 'mine'\n",
    )
    .unwrap();
    let listed = app.strategies().await.unwrap();
    assert_eq!((listed.wrong.len(), listed.strategies.len() > 5), (1, true));
    assert_eq!(
        listed.wrong[0].id.as_ref().map(StrategyId::as_str),
        Some("mine")
    );
    app.delete_strategy("mine").await.unwrap();
    assert!(app.strategies().await.unwrap().wrong.is_empty());
}

/// It is shown as it is with what is wrong with it, and mended by saving it right.
#[tokio::test]
async fn a_file_that_is_wrong_is_opened_and_mended() {
    let (folder, app) = app().await;
    let own = folder.path().join(FOLDER);
    std::fs::create_dir_all(&own).unwrap();
    let broken = MINE.replace("{{ prompt }}", "{{ tests }}");
    std::fs::write(own.join("mine.toml"), &broken).unwrap();
    // Names that no editor can open: no id, and one that is taken.
    std::fs::write(own.join("My own.toml"), "").unwrap();
    std::fs::write(own.join("instruct.toml"), MINE.replace("mine", "instruct")).unwrap();
    std::fs::write(own.join("bytes.toml"), [0xff, 0xfe]).unwrap();

    let listed = app.strategies().await.unwrap();
    let ids: Vec<Option<&str>> = listed
        .wrong
        .iter()
        .map(|wrong| wrong.id.as_ref().map(StrategyId::as_str))
        .collect();
    assert_eq!(ids, [None, Some("bytes"), None, Some("mine")]);
    let source = app.strategy_source("mine").await.unwrap();
    assert_eq!(
        (source.toml.as_str(), source.builtin),
        (broken.as_str(), false)
    );
    let wrong = source.wrong.unwrap();
    assert!(
        wrong
            .message
            .contains("mine.toml, line 5, field 'template'"),
        "{}",
        wrong.message
    );
    assert_eq!(wrong, listed.wrong[3].error);
    let unreadable = app.strategy_source("bytes").await.unwrap_err();
    assert_eq!(unreadable.info.code, "strategy-unreadable");

    app.save_strategy("mine", MINE).await.unwrap();
    assert_eq!(app.strategy_source("mine").await.unwrap().wrong, None);
    assert_eq!(app.strategies().await.unwrap().wrong.len(), 3);
}

/// What a server says of its model decides how it is asked; before it said so, the preview tells.
#[tokio::test]
async fn a_preview_says_when_the_server_was_not_looked_at() {
    let (_folder, app) = app().await;
    let server = wiremock::MockServer::start().await;
    let shown = serde_json::json!({
        "template": "{{ .Prompt }}", "capabilities": ["completion"], "model_info": {}
    });
    wiremock::Mock::given(wiremock::matchers::path("/api/show"))
        .respond_with(wiremock::ResponseTemplate::new(200).set_body_json(shown))
        .mount(&server)
        .await;
    let model = format!("ollama:base@{}", server.uri());
    let asked = PreviewRequest {
        model: model.parse().unwrap(),
        ..request("auto", None)
    };
    let before = app.preview_prompt(asked.clone()).await.unwrap();
    assert_eq!(before.strategy.as_str(), "instruct");
    let assumed = before.assumed.unwrap();
    assert!(assumed.contains("was not looked at"), "{assumed}");
    assert!(server.received_requests().await.unwrap().is_empty());

    app.check_model(&model).await.unwrap();
    let after = app.preview_prompt(asked).await.unwrap();
    assert_eq!(after.strategy.as_str(), "completion", "it has no template");
    assert_eq!(after.assumed, None);
    // A server whose protocol tells nothing more is what it is.
    let other = app.preview_prompt(request("auto", None)).await.unwrap();
    assert_eq!(other.assumed, None);
}

/// Examples that give away the problem in another of the run's languages are held back, as in the run.
#[tokio::test]
async fn a_preview_draws_its_examples_as_the_run_does() {
    let (_folder, app) = app().await;
    let languages = ["python", "rust", "go"].map(Language::new);
    let all = app
        .problems(&DatasetId::from("starter"), &languages)
        .await
        .unwrap();
    let pool = ExamplePool::of(&all).unwrap();
    for problem in all.iter().filter(|p| p.language == languages[0]) {
        for seed in 0..3 {
            let asked = PreviewRequest {
                problem: problem.id.clone(),
                languages: languages.to_vec(),
                seed,
                ..request("few-shot", Some("python"))
            };
            let shown = app.preview_prompt(asked).await.unwrap();
            let text = shown.turns[0].prompt.display_text();
            let chosen = pool.choose(&PublicProblem::of(problem), 2, seed);
            assert_eq!(chosen.len(), 2);
            for example in chosen {
                assert!(text.contains(example.prompt.trim()), "{}", problem.id);
            }
        }
    }
}

#[tokio::test]
async fn previews_are_what_will_be_sent() {
    let (_folder, app) = app().await;
    let shown = app
        .preview_prompt(request("auto", Some("rust")))
        .await
        .unwrap();
    assert_eq!(
        (shown.strategy.as_str(), shown.kind.as_str()),
        ("instruct", "chat")
    );
    assert_eq!(shown.family, "Qwen2.5-Coder");
    assert!(
        shown.turns[0]
            .prompt
            .display_text()
            .contains("fn mask_middle")
    );
    let repair = app
        .preview_prompt(request("self-repair", None))
        .await
        .unwrap();
    assert_eq!(
        (repair.turns.len(), repair.language.as_str()),
        (3, "python")
    );
    assert!(repair.turns[0].note.is_none() && repair.turns[1].note.is_some());
    assert!(
        repair.turns[1]
            .prompt
            .display_text()
            .contains("«the model's first answer»")
    );
    let few = app.preview_prompt(request("few-shot", None)).await.unwrap();
    assert_eq!(
        few.turns[0]
            .prompt
            .display_text()
            .matches("[assistant]")
            .count(),
        2
    );
    let mut unknown = request("auto", None);
    unknown.problem = "starter/none".into();
    assert_eq!(
        app.preview_prompt(unknown).await.unwrap_err().info.code,
        "unknown-problem"
    );
}
