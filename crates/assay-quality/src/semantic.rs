//! Likeness to what was asked for.

use crate::examined::{Examined, terms};
use crate::outline::{Callable, Outline};
use crate::roles::Role;
use crate::shape::{Shape, overlap, shape};
use crate::source::Source;

fn roots(source: &Source<'_>, outline: &Outline<'_>, entry: Option<&Callable<'_>>) -> Vec<usize> {
    match entry {
        Some(entry) => outline.reached(source, entry.node),
        None if source.nodes.is_empty() => Vec::new(),
        None => vec![0],
    }
}

#[doc(hidden)]
pub fn feature_names() -> Vec<String> {
    let mut v = Vec::new();
    for b in ["ops","calls","lits","ctrl","t1","t2","t3","flow","rets","cond","kinds"] {
        for x in ["m","p","r"] { v.push(format!("{b}_{x}")); }
    }
    for x in ["size","rsize","params_unused","nparams","termshare","nterms","calls_total","promptlen","nctrl","depth","arity_ok","examples","once","so_m","so_p","so_r","sc_m","sc_p","sc_r","sl_m","sl_p","sl_r","sk_m","sk_p","sk_r","sf_m","sf_p","sf_r","st_m","st_p","st_r"] { v.push(x.to_owned()); }
    v
}

pub(crate) fn features(
    examined: &Examined<'_>,
    reference: Option<(&Source<'_>, &Outline<'_>, Option<&Callable<'_>>)>,
    prompt: &Source<'_>,
) -> Vec<f64> {
    let (source, outline) = (examined.program, examined.outline);
    let mine = roots(source, outline, examined.entry);
    let a = shape(source, outline, &mine, examined.entry.map(|e| e.node));
    let b = reference.map_or_else(Shape::default, |(s, o, e)| {
        shape(s, o, &roots(s, o, e), e.map(|e| e.node))
    });
    let mut v = Vec::new();
    for (x, y) in a.bags().iter().zip(b.bags()) {
        let (m, p, r) = overlap(x, y);
        v.extend([f64::from(m), f64::from(p), f64::from(r)]);
    }
    v.push(a.size as f64);
    v.push(b.size as f64);
    let (mut unused, mut nparams) = (0, 0);
    if let Some(entry) = examined.entry {
        nparams = entry.parameters.len();
        let range = source.below(entry.node);
        let used: std::collections::HashSet<&str> = outline.uses.iter().filter(|u| range.contains(&u.node)).map(|u| u.name).collect();
        unused = entry.parameters.iter().filter(|p| !used.contains(**p)).count();
    }
    v.push(unused as f64);
    v.push(nparams as f64);
    let mut code = String::new();
    for root in &mine {
        for n in source.below(*root) {
            if source.is_leaf(n) && source.role(n) != Role::Comment {
                code.push_str(source.text_of(n)); code.push(' ');
            }
        }
    }
    let words = terms(&code);
    let asked = &examined.prompt_terms;
    v.push(asked.iter().filter(|t| words.contains(*t)).count() as f64 / asked.len().max(1) as f64);
    v.push(asked.len() as f64);
    v.push(a.calls.values().sum::<u32>() as f64);
    v.push(prompt.text.len() as f64);
    v.push(a.control.values().sum::<u32>() as f64);
    v.push(0.0);
    v.push(match (examined.entry, examined.prompt_arity) { (Some(e), Some(p)) => f64::from(u8::from(e.arity == p)), _ => 1.0 });
    v.push(prompt.text.matches(">>>").count() as f64);
    // loops that never go round twice
    let once = mine.iter().flat_map(|r| source.below(*r)).filter(|n| {
        source.nodes[*n].named && source.role(*n) == Role::Loop
            && source.child(*n, "body").is_some_and(|b| examined.ends[b])
    }).count();
    v.push(once as f64);
    for (x, y) in [(&a.operators, &b.operators), (&a.calls, &b.calls), (&a.literals, &b.literals), (&a.kinds, &b.kinds), (&a.flow, &b.flow), (&a.trees[0], &b.trees[0])] {
        let m = x.keys().filter(|k| y.contains_key(k)).count();
        v.extend([m as f64, (x.len() - m) as f64, (y.len() - m) as f64]);
    }
    v
}
