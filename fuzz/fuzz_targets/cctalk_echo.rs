//! What comes back on a line that repeats the host's own bytes, or does not, or only some of them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wire::cctalk::EchoFilter;

fuzz_target!(|data: &[u8]| {
    let [bytes @ .., sent_length, piece] = data else { return };
    let (sent, received) = bytes.split_at(bytes.len().min(usize::from(*sent_length)));
    let pieces =
        |bytes: &'_ [u8]| bytes.chunks(usize::from(*piece).max(1)).map(<[u8]>::to_vec).collect::<Vec<_>>();

    let mut filter = EchoFilter::default();
    filter.sent(sent);
    let echo = sent.iter().zip(received).take_while(|(sent, received)| sent == received).count();
    let stripped: Vec<u8> = pieces(received).iter().flat_map(|piece| filter.strip(piece).to_vec()).collect();
    assert_eq!(stripped, received[echo..], "the echo is taken out, and nothing else");

    filter.sent(sent);
    assert!(pieces(sent).iter().all(|piece| filter.strip(piece).is_empty()), "a whole echo leaves nothing");
    assert_eq!(filter.strip(received), received, "and nothing is waited for behind it");
});
