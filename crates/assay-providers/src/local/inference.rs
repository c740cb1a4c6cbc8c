//! Loading a model and making tokens, through llama.cpp's safe interface alone.

use std::num::NonZeroU32;
use std::sync::{Once, OnceLock};
use std::time::{Duration, Instant};

use assay_core::{FinishReason, Generation, Prompt, Sampling, Usage};
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::{LogOptions, send_logs_to_tracing};

use super::engine::{Backend, Event, Job};
use super::template;
use crate::Failure;
use crate::text::AnswerText;

/// Tokens of a prompt that are read in one go, between two looks at the cancellation token.
pub(super) const BATCH: usize = 256;
/// Contexts are made in steps of this many tokens.
const CONTEXT_STEP: u32 = 256;

/// From now on what llama.cpp logs goes to `tracing` (target `llama-cpp-2`) instead of standard error.
pub(super) fn logs_to_tracing() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| send_logs_to_tracing(LogOptions::default()));
}

/// llama.cpp is built for processors since about 2013 to 2015 (AVX2, FMA, F16C, BMI2); on an older one it
/// would die of an illegal instruction, so that is said in words beforehand.
pub(super) fn check_processor() -> Result<(), Failure> {
    #[cfg(target_arch = "x86_64")]
    {
        let has = [
            ("AVX2", std::arch::is_x86_feature_detected!("avx2")),
            ("FMA", std::arch::is_x86_feature_detected!("fma")),
            ("F16C", std::arch::is_x86_feature_detected!("f16c")),
            ("BMI2", std::arch::is_x86_feature_detected!("bmi2")),
        ];
        if let Some((missing, _)) = has.iter().find(|(_, has)| !has) {
            return Err(Failure::Load {
                detail: format!("this processor lacks {missing}, which local models need"),
            });
        }
    }
    Ok(())
}

fn backend() -> Result<&'static LlamaBackend, Failure> {
    static BACKEND: OnceLock<Result<LlamaBackend, Failure>> = OnceLock::new();
    BACKEND
        .get_or_init(|| {
            check_processor()?;
            logs_to_tracing();
            LlamaBackend::init().map_err(|error| Failure::Load {
                detail: error.to_string(),
            })
        })
        .as_ref()
        .map_err(Clone::clone)
}

/// llama.cpp on this machine's processors.
pub(super) struct LlamaCpp;

impl Backend for LlamaCpp {
    type Model = LlamaModel;

    fn load(&self, job: &Job) -> Result<LlamaModel, Failure> {
        let path = &job.model.path;
        let failed = |detail: String| Failure::Load {
            detail: format!("{}: {detail}", path.display()),
        };
        std::fs::metadata(path).map_err(|e| failed(e.to_string()))?;
        let cancel = job.cancel.clone();
        let params = LlamaModelParams::default()
            .with_n_gpu_layers(0)
            .with_progress_callback(move |_| !cancel.is_cancelled());
        let model = LlamaModel::load_from_file(backend()?, path, &params);
        if job.cancel.is_cancelled() {
            return Err(Failure::Cancelled);
        }
        model.map_err(|_| {
            failed("the file is damaged, cut off, or of an unknown architecture".to_owned())
        })
    }

    fn answer(&self, model: &LlamaModel, job: &Job) -> Result<Answer, Failure> {
        answer(model, job)
    }
}

/// An answer and what it took, from the prompt's first token on (waiting and loading left out).
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) finish: FinishReason,
    pub(super) prompt_tokens: u32,
    pub(super) completion_tokens: u32,
    pub(super) first_token: Option<Duration>,
    pub(super) total: Duration,
}

impl Answer {
    pub(super) fn into_generation(self, served: &str) -> Generation {
        Generation {
            text: self.text,
            finish: self.finish,
            usage: Usage {
                prompt_tokens: Some(self.prompt_tokens),
                completion_tokens: Some(self.completion_tokens),
            },
            latency_ms: self.total.as_secs_f64() * 1e3,
            first_token_ms: self.first_token.map(|first| first.as_secs_f64() * 1e3),
            attempts: 1,
            served_model: Some(served.to_owned()),
            warnings: Vec::new(),
        }
    }
}

/// Answers one prompt. Each begins from an empty context, so an answer depends on its request alone and
/// not on what was asked before it.
fn answer(model: &LlamaModel, job: &Job) -> Result<Answer, Failure> {
    let started = Instant::now();
    let tokens = tokenize(model, &job.request.prompt)?;
    let prompt_tokens = u32::try_from(tokens.len()).unwrap_or(u32::MAX);
    let limit = model.n_ctx_train().min(job.max_context);
    if prompt_tokens >= limit {
        return Err(Failure::PromptTooLong {
            tokens: prompt_tokens,
            limit: limit.saturating_sub(1),
        });
    }
    let budget = job.request.sampling.max_tokens.min(limit - prompt_tokens);
    let mut context = make_context(model, prompt_tokens + budget, job.threads)?;
    let mut batch = LlamaBatch::new(BATCH, 1);
    read_prompt(&mut context, &mut batch, &tokens, job)?;

    let vocab = model.vocab();
    let mut sampler = sampler(&job.request.sampling, job.request.seed);
    let mut text = AnswerText::new(&job.request.sampling.stop);
    let give = |piece: &str| {
        if !piece.is_empty() {
            let _ = job.events.send(Event::Text(piece.to_owned()));
        }
    };
    let mut piece = Vec::new();
    let (mut made, mut first_token, mut finish) = (0, None, FinishReason::Length);
    while made < budget {
        if job.cancel.is_cancelled() {
            return Err(Failure::Cancelled);
        }
        let token = sampler.sample(&context, batch.n_tokens() - 1);
        if vocab.is_eog(token) {
            finish = FinishReason::Stop;
            break;
        }
        made += 1;
        first_token.get_or_insert_with(|| started.elapsed());
        piece.clear();
        vocab.token_to_piece_into(token, &mut piece, false, None);
        give(text.push(&piece));
        if text.stopped() {
            finish = FinishReason::Stop;
            break;
        }
        if made < budget {
            batch.clear();
            let position = i32::try_from(prompt_tokens + made - 1).unwrap_or(i32::MAX);
            batch
                .add(token, position, &[0], true)
                .map_err(inference_failed)?;
            context.decode(&mut batch).map_err(inference_failed)?;
        }
    }
    give(text.finish());
    if text.stopped() {
        finish = FinishReason::Stop;
    }
    let text = text.into_text();
    if text.is_empty() {
        return Err(Failure::Empty {
            finish,
            usage: Usage {
                prompt_tokens: Some(prompt_tokens),
                completion_tokens: Some(made),
            },
        });
    }
    Ok(Answer {
        text,
        finish,
        prompt_tokens,
        completion_tokens: made,
        first_token,
        total: started.elapsed(),
    })
}

fn inference_failed(error: impl std::fmt::Display) -> Failure {
    Failure::Inference {
        detail: error.to_string(),
    }
}

fn make_context(
    model: &LlamaModel,
    tokens: u32,
    threads: usize,
) -> Result<LlamaContext<'_>, Failure> {
    let threads = i32::try_from(threads).unwrap_or(1);
    let batch = u32::try_from(BATCH).unwrap_or(CONTEXT_STEP);
    let params = LlamaContextParams::default()
        .with_n_ctx(NonZeroU32::new(tokens.next_multiple_of(CONTEXT_STEP)))
        .with_n_batch(batch)
        .with_n_ubatch(batch)
        .with_n_threads(threads)
        .with_n_threads_batch(threads);
    model
        .new_context(backend()?, params)
        .map_err(|error| Failure::Inference {
            detail: format!("no context of {tokens} tokens could be made: {error}"),
        })
}

/// Reads the prompt; the batch is left holding the token whose successor is to be drawn last.
fn read_prompt(
    context: &mut LlamaContext<'_>,
    batch: &mut LlamaBatch<'_>,
    tokens: &[LlamaToken],
    job: &Job,
) -> Result<(), Failure> {
    let mut position = 0;
    for chunk in tokens.chunks(BATCH) {
        if job.cancel.is_cancelled() {
            return Err(Failure::Cancelled);
        }
        batch.clear();
        for token in chunk {
            position += 1;
            let at = i32::try_from(position - 1).unwrap_or(i32::MAX);
            batch
                .add(*token, at, &[0], position == tokens.len())
                .map_err(inference_failed)?;
        }
        context.decode(batch).map_err(inference_failed)?;
    }
    Ok(())
}

/// The prompt as tokens. In a chat the template's special tokens are read as such; in a completion the
/// text is only text.
fn tokenize(model: &LlamaModel, prompt: &Prompt) -> Result<Vec<LlamaToken>, Failure> {
    let vocab = model.vocab();
    let mut tokens = match prompt {
        Prompt::Completion { text } => vocab.tokenize(text.as_bytes(), true, false),
        Prompt::Chat { messages } => {
            let template = model
                .chat_template(None)
                .ok()
                .and_then(|template| template.to_string().ok())
                .ok_or_else(|| Failure::Unsupported {
                    model: "this model".to_owned(),
                    detail: "it has no chat template, so it only continues text".to_owned(),
                })?;
            let name = |token: LlamaToken| {
                (token.0 >= 0)
                    .then(|| vocab.text(token))
                    .flatten()
                    .map(|text| text.to_string_lossy().into_owned())
                    .unwrap_or_default()
            };
            let (bos, eos) = (name(vocab.bos()), name(vocab.eos()));
            let text = template::render(&template, messages, &bos, &eos)
                .map_err(|detail| Failure::Inference { detail })?;
            // Templates that write the beginning token themselves must not get a second one.
            let add_special = bos.is_empty() || !text.starts_with(&bos);
            vocab.tokenize(text.as_bytes(), add_special, true)
        }
    };
    if tokens.is_empty() {
        // An empty prompt still needs a token to begin from.
        let beginning = [vocab.bos(), vocab.eos()]
            .into_iter()
            .find(|token| token.0 >= 0)
            .ok_or_else(|| inference_failed("the prompt is empty"))?;
        tokens.push(beginning);
    }
    Ok(tokens)
}

/// Temperature first, then the nucleus (Holtzman et al. 2020), as Hugging Face and vLLM have it and as the
/// published pass@k figures were made; llama.cpp's own default order is the reverse.
fn sampler(sampling: &Sampling, seed: Option<u64>) -> LlamaSampler {
    if sampling.temperature <= 0.0 {
        return LlamaSampler::greedy();
    }
    #[expect(clippy::cast_possible_truncation, reason = "llama.cpp computes in f32")]
    let narrow = |value: f64| value as f32;
    let mut chain = vec![LlamaSampler::temp(narrow(sampling.temperature))];
    if let Some(top_p) = sampling.top_p.filter(|top_p| *top_p < 1.0) {
        chain.push(LlamaSampler::top_p(narrow(top_p), 1));
    }
    chain.push(LlamaSampler::dist(fold_seed(
        seed.unwrap_or_else(rand::random),
    )));
    LlamaSampler::chain(chain, true)
}

/// Both halves of the seed count; all ones would mean "draw one" to llama.cpp.
fn fold_seed(seed: u64) -> u32 {
    let folded = u32::try_from((seed ^ (seed >> 32)) & 0xffff_ffff).unwrap_or_default();
    if folded == u32::MAX { 0 } else { folded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_seed_means_draw_one() {
        assert_eq!(fold_seed(u64::from(u32::MAX)), 0);
        assert_eq!(fold_seed(7), 7);
        assert_ne!(fold_seed(7), fold_seed(7 | 1 << 40));
    }
}
