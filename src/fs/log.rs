//! Owns a file that grows by whole lines, of which any one can be read again. May import
//! what `fs` may.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{Error, failed, unread, write_whole};

/// A file of lines.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    file: Option<File>,
    /// The bytes up to the end of its last whole line.
    length: u64,
}

/// Where a line is: from its first byte to the last one before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogLine {
    /// The bytes before it.
    pub start: u64,
    /// Its own.
    pub length: u32,
}

impl Log {
    /// Opens a file and reads its lines, one after the other; there are none if it is not
    /// there. One that is no text ends it, as does one without its end, which whoever was
    /// killed may have left.
    pub fn open(path: &Path, writable: bool, mut each: impl FnMut(LogLine, &str)) -> Result<Self, Error> {
        let mut log = Self { path: path.to_owned(), file: None, length: 0 };
        let file = match File::options().read(true).write(writable).open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            file => Some(file.map_err(unread("cannot open", "无法打开", path))?),
        };
        if let Some(file) = file.as_ref() {
            let (mut reader, mut line) = (BufReader::new(file), Vec::new());
            loop {
                line.clear();
                reader.read_until(b'\n', &mut line).map_err(unread("cannot read", "无法读取", path))?;
                let text = line.strip_suffix(b"\n").and_then(|line| std::str::from_utf8(line).ok());
                let Some(text) = text else { break };
                let length = u32::try_from(text.len()).unwrap_or_default();
                each(LogLine { start: log.length, length }, text);
                log.length += line.len() as u64;
            }
        }
        Ok(Self { file, ..log })
    }

    /// A line as it was appended.
    pub fn line(&self, line: LogLine) -> Result<String, Error> {
        let read = || -> std::io::Result<String> {
            let mut file = self.file.as_ref().ok_or(ErrorKind::NotFound)?;
            let mut bytes = vec![0; line.length as usize];
            file.seek(SeekFrom::Start(line.start))?;
            file.read_exact(&mut bytes)?;
            String::from_utf8(bytes).map_err(|_| ErrorKind::InvalidData.into())
        };
        read().map_err(unread("cannot read", "无法读取", &self.path))
    }

    /// Appends lines, if need be to a new file; gives where each of them is.
    pub fn append(&mut self, lines: &[String]) -> Result<Vec<LogLine>, Error> {
        let (mut places, mut text) = (Vec::with_capacity(lines.len()), String::new());
        for line in lines {
            let start = self.length + text.len() as u64;
            places.push(LogLine { start, length: u32::try_from(line.len()).expect("a line is short") });
            text.push_str(line);
            text.push('\n');
        }
        let mut write = || -> std::io::Result<()> {
            let file = match &mut self.file {
                Some(file) => file,
                none => {
                    none.insert(File::options().read(true).write(true).create_new(true).open(&self.path)?)
                }
            };
            file.set_len(self.length)?;
            file.seek(SeekFrom::Start(self.length))?;
            file.write_all(text.as_bytes())
        };
        write().map_err(failed("cannot write", "无法写入", &self.path))?;
        self.length += text.len() as u64;
        Ok(places)
    }

    /// Takes out all lines.
    pub fn clear(&mut self) {
        self.length = 0;
    }

    /// The bytes of all lines.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Puts a file in its place that begins with a line and has these others.
    pub fn keep(self, first: &str, others: &[LogLine]) -> Result<(), Error> {
        let mut text = format!("{first}\n");
        for line in others {
            text.push_str(&self.line(*line)?);
            text.push('\n');
        }
        // Some systems put nothing in the place of a file that is open.
        drop(self.file);
        write_whole(&self.path, text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_again_and_half_a_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let open = |writable| {
            let mut lines = Vec::new();
            let log = Log::open(&path, writable, |line, text| lines.push((line.start, text.to_string())));
            (log.unwrap(), lines)
        };
        assert_eq!(open(false).1, []);
        let (mut log, _) = open(true);
        assert!(!path.exists());
        let places = log.append(&["one".to_string(), "二".to_string()]).unwrap();
        assert_eq!(log.line(places[1]).unwrap(), "二");
        std::fs::write(&path, "one\n二\nthr").unwrap();
        let (mut log, lines) = open(true);
        assert_eq!((lines, log.length()), (vec![(0, "one".to_string()), (4, "二".to_string())], 8));
        let third = log.append(&["three".to_string()]).unwrap()[0];
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\n二\nthree\n");
        log.keep("zero", &[third, places[0]]).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "zero\nthree\none\n");
        std::fs::write(&path, b"one\n\xff\ntwo\n").unwrap();
        assert_eq!(open(true).1, [(0, "one".to_string())]);
    }
}
