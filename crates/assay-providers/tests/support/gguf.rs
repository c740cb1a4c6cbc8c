//! GGUF files as tests look at them, read anew and not by what wrote them.

use std::collections::BTreeMap;

/// A value of metadata.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Number(f64),
    Bool(bool),
    Text(String),
    List(Vec<Value>),
}

impl Value {
    pub fn texts(&self) -> Vec<&str> {
        let Self::List(values) = self else {
            panic!("{self:?}")
        };
        values.iter().map(Value::text).collect()
    }

    pub fn text(&self) -> &str {
        let Self::Text(text) = self else {
            panic!("{self:?}")
        };
        text
    }

    pub fn number(&self) -> f64 {
        let Self::Number(number) = self else {
            panic!("{self:?}")
        };
        *number
    }
}

/// A tensor: dimensions as GGUF has them, ggml's number for its type, and its bytes.
#[derive(Debug, Clone)]
pub struct Tensor {
    pub dims: Vec<usize>,
    pub kind: u32,
    pub bytes: Vec<u8>,
}

pub struct Gguf {
    pub pairs: BTreeMap<String, Value>,
    pub tensors: BTreeMap<String, Tensor>,
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let taken = self.bytes[self.at..self.at + N].try_into().unwrap();
        self.at += N;
        taken
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn u64(&mut self) -> usize {
        usize::try_from(u64::from_le_bytes(self.take())).unwrap()
    }

    fn text(&mut self) -> String {
        let length = self.u64();
        let text = &self.bytes[self.at..self.at + length];
        self.at += length;
        String::from_utf8(text.to_vec()).unwrap()
    }

    fn value(&mut self, kind: u32) -> Value {
        match kind {
            4 => Value::Number(f64::from(self.u32())),
            5 => Value::Number(f64::from(i32::from_le_bytes(self.take()))),
            6 => Value::Number(f64::from(f32::from_le_bytes(self.take()))),
            7 => Value::Bool(self.take::<1>()[0] == 1),
            8 => Value::Text(self.text()),
            9 => {
                let (kind, count) = (self.u32(), self.u64());
                Value::List((0..count).map(|_| self.value(kind)).collect())
            }
            other => panic!("type {other}"),
        }
    }
}

impl Gguf {
    pub fn read(bytes: &[u8]) -> Self {
        let mut cursor = Cursor { bytes, at: 0 };
        assert_eq!(&cursor.take::<4>(), b"GGUF");
        assert_eq!(cursor.u32(), 3);
        let (tensors, pairs) = (cursor.u64(), cursor.u64());
        let pairs: BTreeMap<String, Value> = (0..pairs)
            .map(|_| {
                let key = cursor.text();
                let kind = cursor.u32();
                (key, cursor.value(kind))
            })
            .collect();
        let table: Vec<(String, Vec<usize>, u32, usize)> = (0..tensors)
            .map(|_| {
                let name = cursor.text();
                let dims = cursor.u32();
                let dims = (0..dims).map(|_| cursor.u64()).collect();
                (name, dims, cursor.u32(), cursor.u64())
            })
            .collect();
        let begin = cursor.at.next_multiple_of(32);
        let tensors = table
            .into_iter()
            .map(|(name, dims, kind, offset)| {
                let numbers: usize = dims.iter().product();
                let length = match kind {
                    0 => numbers * 4,
                    1 | 30 => numbers * 2,
                    3 => numbers / 32 * 20,
                    8 => numbers / 32 * 34,
                    other => panic!("{name} is of type {other}"),
                };
                assert_eq!(offset % 32, 0, "{name}");
                let bytes = bytes[begin + offset..begin + offset + length].to_vec();
                (name, Tensor { dims, kind, bytes })
            })
            .collect();
        Self { pairs, tensors }
    }
}

fn half(bytes: &[u8]) -> f32 {
    half::f16::from_le_bytes([bytes[0], bytes[1]]).to_f32()
}

impl Tensor {
    /// Its numbers as 16-bit floats, from the types of the test's model: 32-bit floats; `Q4_1`, blocks of 32 with a scale,
    /// a least number and 4 bits each, low halves first; `Q8_0`, blocks of 32 with a scale and 8 bits each.
    pub fn halves(&self) -> Vec<u16> {
        let narrow = |number: f32| half::f16::from_f32(number).to_bits();
        match self.kind {
            0 => self
                .bytes
                .chunks_exact(4)
                .map(|four| narrow(f32::from_le_bytes(four.try_into().unwrap())))
                .collect(),
            3 => {
                let mut halves = Vec::with_capacity(self.bytes.len() / 20 * 32);
                for block in self.bytes.chunks_exact(20) {
                    let (scale, least) = (half(block), half(&block[2..]));
                    // A hundred million numbers, of which a block has sixteen.
                    let mut known = [0; 16];
                    for (bits, known) in known.iter_mut().enumerate() {
                        *known = narrow(bits as f32 * scale + least);
                    }
                    for q in &block[4..] {
                        halves.push(known[usize::from(q & 15)]);
                    }
                    for q in &block[4..] {
                        halves.push(known[usize::from(q >> 4)]);
                    }
                }
                halves
            }
            8 => {
                let mut halves = Vec::with_capacity(self.bytes.len() / 34 * 32);
                for block in self.bytes.chunks_exact(34) {
                    let scale = half(block);
                    for q in &block[2..] {
                        halves.push(narrow(f32::from(q.cast_signed()) * scale));
                    }
                }
                halves
            }
            other => panic!("type {other}"),
        }
    }
}

/// As a file has them.
pub fn bytes_of(halves: &[u16]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(halves.len() * 2);
    for half in halves {
        bytes.extend_from_slice(&half.to_le_bytes());
    }
    bytes
}
