//! Questions to the running daemon.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use api::{
    Act, Answer, Decision, DoubtId, DoubtSaid, FromDesk, Hello, Lines, NewestNumbers, Order, PaperAnswer,
    PaperName, PaymentId, Question, ReceiptNumber, Remark, Staff, ToDesk, to_line,
};
use clap::{Args, Subcommand, ValueEnum};
use desk_words::DeskWords;
use money::Denomination;

use crate::print_json;

/// The daemon answers at once; verifying a journal of years takes some seconds.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// As many as a technician reads.
const ENTRIES_SHOWN: u32 = 50;

#[derive(Args)]
pub(crate) struct CallsArguments {
    #[command(subcommand)]
    command: Option<CallsCommand>,
}

#[derive(Subcommand)]
enum CallsCommand {
    /// Somebody goes to the machine; the patient sees that they come.
    Answer {
        /// Who goes.
        #[arg(long, value_name = "NAME")]
        by: Staff,
    },
}

#[derive(Subcommand)]
pub(crate) enum JournalCommand {
    /// Check every byte: hash chain, postings and private parts.
    Verify,
    /// Show the newest entries.
    Show {
        /// How many.
        #[arg(long, value_name = "N", default_value_t = ENTRIES_SHOWN)]
        last: u32,
    },
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct PaymentArguments {
    /// Its number.
    #[arg(value_name = "ID", required = true)]
    id: Option<u64>,
    #[command(subcommand)]
    command: Option<PaymentCommand>,
}

#[derive(Subcommand)]
enum PaymentCommand {
    /// Let a suspended payment go on where it was. For somebody who stands at the machine: money may come out.
    Continue {
        /// Its number.
        #[arg(value_name = "ID")]
        id: u64,
        /// Who decides.
        #[arg(long, value_name = "NAME")]
        by: Staff,
    },
    /// Give back what the patient of a suspended payment has inserted. For somebody who stands at the machine.
    Return {
        /// Its number.
        #[arg(value_name = "ID")]
        id: u64,
        /// Who decides.
        #[arg(long, value_name = "NAME")]
        by: Staff,
    },
    /// Settle a suspended payment by hand: the machine keeps what is inside, staff see to the patient.
    TakeOver {
        /// Its number.
        #[arg(value_name = "ID")]
        id: u64,
        /// Who settles it.
        #[arg(long, value_name = "NAME")]
        by: Staff,
        /// Why, in a few words. No patient's name: it stays in the record.
        #[arg(long, value_name = "TEXT")]
        reason: Remark,
    },
}

#[derive(Subcommand)]
pub(crate) enum StockCommand {
    /// Say how many pieces lie in the drum or hopper of a denomination. For a person who has just counted them: the books
    /// are set to this number, and change is paid with what they say. Refused while a payment is open.
    Set {
        /// What lies there: the value of one piece in yen, for instance 100.
        #[arg(value_name = "DENOMINATION", value_parser = denomination)]
        denomination: Denomination,
        /// How many pieces were counted, those that lay there before included.
        #[arg(value_name = "PIECES")]
        pieces: u32,
        /// Who counted.
        #[arg(long, value_name = "NAME")]
        by: Staff,
    },
}

#[derive(Subcommand)]
pub(crate) enum DoubtCommand {
    /// The units that say something that does not fit the journal.
    List,
    /// Say what a doubt comes from. What the unit has counted is taken as given; count its drums or hopper then, and tell
    /// `stock set`.
    Settle {
        /// Its number.
        #[arg(value_name = "ID")]
        id: u32,
        /// What it comes from.
        #[arg(long)]
        said: Said,
        /// The newest receipt that anybody has seen, on paper or in the billing system; 0 if there is none. The next one
        /// gets a greater number.
        #[arg(long, value_name = "N")]
        newest_receipt: u32,
        /// The newest payment that anybody has seen; its number stands on the receipt, too.
        #[arg(long, value_name = "N")]
        newest_payment: u64,
        /// Who says so.
        #[arg(long, value_name = "NAME")]
        by: Staff,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Said {
    /// Nobody knows, but drums and hoppers were counted.
    Counted,
    /// Another unit was put in.
    OtherUnit,
    /// A technician moved money outside the books.
    MovedByTechnician,
    /// The journal was put back from a copy, and lacks what came after it.
    JournalRestored,
}

#[derive(Subcommand)]
pub(crate) enum PrintCommand {
    /// The papers in doubt.
    List,
    /// Say whether a paper came out whole: レシートは最後まで出ましたか.
    Answer {
        /// 000017 for the 領収証 with this number, slip-000023 for the 預り票 of payment 000023.
        #[arg(value_name = "PAPER")]
        paper: PaperName,
        /// What was seen.
        answer: Seen,
        /// Who looked.
        #[arg(long, value_name = "NAME")]
        by: Staff,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Seen {
    /// It came out whole.
    Complete,
    /// It did not: it is printed again under the same number, marked 印字不良のため再印字.
    Incomplete,
    /// Nobody can tell: it is printed again, marked 再発行.
    Unknown,
    /// It never will come out; one was written by hand.
    WrittenByHand,
}

pub(crate) fn status(socket: &Path) -> Result<(), String> {
    ask(socket, Question::Status)
}

pub(crate) fn calls(socket: &Path, arguments: CallsArguments) -> Result<(), String> {
    match arguments.command {
        None => ask(socket, Question::Calls),
        Some(CallsCommand::Answer { by }) => order(socket, by, Act::AnswerCalls { reason: None }),
    }
}

pub(crate) fn journal(socket: &Path, command: &JournalCommand) -> Result<(), String> {
    match command {
        JournalCommand::Verify => ask(socket, Question::JournalVerify),
        JournalCommand::Show { last } => ask(socket, Question::JournalShow { last: *last }),
    }
}

pub(crate) fn payment(socket: &Path, arguments: PaymentArguments) -> Result<(), String> {
    let decide = |id, decision| Act::Decide { payment: PaymentId(id), decision };
    match (arguments.command, arguments.id) {
        (Some(PaymentCommand::Continue { id, by }), _) => order(socket, by, decide(id, Decision::Continue)),
        (Some(PaymentCommand::Return { id, by }), _) => order(socket, by, decide(id, Decision::Return)),
        (Some(PaymentCommand::TakeOver { id, by, reason }), _) => {
            order(socket, by, Act::TakeOver { payment: PaymentId(id), reason })
        }
        (None, Some(id)) => ask(socket, Question::Payment { id: PaymentId(id) }),
        (None, None) => Err("Say which payment.".to_owned()),
    }
}

pub(crate) fn stock(socket: &Path, command: StockCommand) -> Result<(), String> {
    let StockCommand::Set { denomination, pieces, by } = command;
    order(socket, by, Act::SetStock { denomination, pieces })
}

pub(crate) fn doubt(socket: &Path, command: DoubtCommand) -> Result<(), String> {
    match command {
        DoubtCommand::List => ask(socket, Question::Doubts),
        DoubtCommand::Settle { id, said, newest_receipt, newest_payment, by } => {
            let said = match said {
                Said::Counted => DoubtSaid::Counted,
                Said::OtherUnit => DoubtSaid::OtherUnit,
                Said::MovedByTechnician => DoubtSaid::MovedByTechnician,
                Said::JournalRestored => DoubtSaid::JournalRestored,
            };
            let newest =
                NewestNumbers { receipt: ReceiptNumber(newest_receipt), payment: PaymentId(newest_payment) };
            order(socket, by, Act::SettleDoubt { doubt: DoubtId(id), said, newest })
        }
    }
}

pub(crate) fn print(socket: &Path, command: PrintCommand) -> Result<(), String> {
    match command {
        PrintCommand::List => ask(socket, Question::Papers),
        PrintCommand::Answer { paper, answer, by } => {
            let answer = match answer {
                Seen::Complete => PaperAnswer::Complete,
                Seen::Incomplete => PaperAnswer::Incomplete,
                Seen::Unknown => PaperAnswer::Unknown,
                Seen::WrittenByHand => PaperAnswer::WrittenByHand,
            };
            order(socket, by, Act::AnswerPaper { paper, answer })
        }
    }
}

fn ask(socket: &Path, question: Question) -> Result<(), String> {
    say(socket, &FromDesk::Ask(question))
}

fn order(socket: &Path, staff: Staff, act: Act) -> Result<(), String> {
    say(socket, &FromDesk::Order(Order { staff, act }))
}

fn denomination(text: &str) -> Result<Denomination, String> {
    let yen: i64 = text.parse().map_err(|_| "write the value in yen, for instance 100".to_owned())?;
    Denomination::try_from(yen).map_err(|error| error.to_string())
}

/// Says one thing and prints the answer, entries and list items one a line.
fn say(socket: &Path, said: &FromDesk) -> Result<(), String> {
    let answer = exchange(socket, said).map_err(|error| {
        format!("{}: {error}. Is seisankid running, and may you use its socket?", socket.display())
    })?;
    match answer {
        ToDesk::Refused(refusal) => Err(DeskWords::english().refusal(&refusal)),
        ToDesk::Done(done) => {
            print_json(&done);
            Ok(())
        }
        ToDesk::Answer(answer) => {
            show(answer);
            Ok(())
        }
    }
}

fn show(answer: Answer) {
    match answer {
        Answer::Journal(entries) => entries.iter().for_each(print_json),
        Answer::Calls(calls) => calls.iter().for_each(print_json),
        Answer::Doubts(doubts) => doubts.iter().for_each(print_json),
        Answer::Papers(papers) => papers.iter().for_each(print_json),
        Answer::Status(status) => print_json(&status),
        Answer::Payment(payment) => print_json(&payment),
        Answer::JournalVerified { entries, head } => {
            print_json(&serde_json::json!({ "entries": entries, "head": head }));
        }
    }
}

fn exchange(socket: &Path, said: &FromDesk) -> std::io::Result<ToDesk> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
    stream.write_all(&to_line(&Hello { hello: api::VERSION, role: "diag".to_owned() }))?;
    stream.write_all(&to_line(said))?;
    let mut lines = Lines::default();
    let mut buffer = [0; 4096];
    loop {
        if let Some(answer) = lines.next_message() {
            return answer.map_err(std::io::Error::other);
        }
        match stream.read(&mut buffer)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => lines.push(&buffer[..count]),
        }
    }
}
