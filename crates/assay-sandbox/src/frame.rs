//! Messages between this program and a supervisor: four bytes of length, big-endian, then that
//! many bytes of JSON. The engine hands output over in pieces of any size, so they are gathered.

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// An answer holds two streams, each cut to what is kept; nothing honest is near this.
pub(crate) const MAX_FRAME: usize = 64 * 1024 * 1024;

const HEADER: usize = 4;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("sent a frame of {length} bytes")]
pub(crate) struct FrameTooLong {
    length: usize,
}

/// `body` with its length before it.
///
/// # Errors
/// When it is longer than a frame may be.
pub(crate) fn encode(body: &[u8]) -> Result<Bytes, FrameTooLong> {
    let length = body.len();
    let header = u32::try_from(length)
        .ok()
        .filter(|_| length <= MAX_FRAME)
        .ok_or(FrameTooLong { length })?;
    let mut frame = BytesMut::with_capacity(HEADER + length);
    frame.put_u32(header);
    frame.put_slice(body);
    Ok(frame.freeze())
}

/// Gathers bytes to frames.
#[derive(Debug, Default)]
pub(crate) struct FrameBuffer {
    bytes: BytesMut,
}

impl FrameBuffer {
    pub fn push(&mut self, part: &[u8]) {
        self.bytes.extend_from_slice(part);
    }

    /// The next whole frame's body, when it is there.
    ///
    /// # Errors
    /// When the frame that begins is longer than one may be; nothing after it can be read.
    pub fn next(&mut self) -> Result<Option<Bytes>, FrameTooLong> {
        let Some(header) = self.bytes.first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(*header) as usize;
        if length > MAX_FRAME {
            return Err(FrameTooLong { length });
        }
        if self.bytes.len() < HEADER + length {
            self.bytes.reserve(HEADER + length - self.bytes.len());
            return Ok(None);
        }
        self.bytes.advance(HEADER);
        Ok(Some(self.bytes.split_to(length).freeze()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_frame_longer_than_allowed_is_refused_at_its_header() {
        let mut buffer = FrameBuffer::default();
        buffer.push(&u32::MAX.to_be_bytes());
        assert_eq!(
            buffer.next(),
            Err(FrameTooLong {
                length: u32::MAX as usize
            })
        );
    }

    proptest! {
        /// However the engine cuts the stream, the same frames come out.
        #[test]
        fn frames_survive_any_cut(
            bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..8),
            cuts in prop::collection::vec(1usize..40, 1..20),
        ) {
            let mut stream = Vec::new();
            for body in &bodies {
                stream.extend_from_slice(&encode(body).unwrap());
            }
            let mut buffer = FrameBuffer::default();
            let mut found = Vec::new();
            let mut rest = &stream[..];
            let mut cut = cuts.iter().cycle();
            while !rest.is_empty() {
                let (part, after) = rest.split_at((*cut.next().unwrap()).min(rest.len()));
                buffer.push(part);
                rest = after;
                while let Some(body) = buffer.next().unwrap() {
                    found.push(body.to_vec());
                }
            }
            prop_assert_eq!(found, bodies);
            prop_assert_eq!(buffer.next().unwrap(), None);
        }

        /// Nonsense is an error or a frame, never a panic, and never more bytes than were pushed.
        #[test]
        fn nonsense_does_not_panic(parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..64), 0..16)) {
            let mut buffer = FrameBuffer::default();
            let (mut pushed, mut taken) = (0, 0);
            for part in parts {
                pushed += part.len();
                buffer.push(&part);
                while let Ok(Some(body)) = buffer.next() {
                    taken += HEADER + body.len();
                }
            }
            prop_assert!(taken <= pushed);
        }
    }
}
