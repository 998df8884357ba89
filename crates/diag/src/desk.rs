//! Questions to the running daemon.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use api::{
    Act, CallReason, Decision, DoubtId, DoubtSaid, FromDesk, Hello, IncidentId, IncidentSaid, Lines,
    NewestNumbers, Order, PaperAnswer, PaperName, PaymentId, Question, ReceiptNumber, Remark, Staff, ToDesk,
    to_line,
};
use clap::{Args, Subcommand, ValueEnum};
use device_api::StoreId;
use money::Denomination;
use serde::de::DeserializeOwned;

use crate::answer::Reader;

/// The daemon answers at once; verifying a journal of years takes some seconds.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// Where the daemon is asked, and how it is answered.
pub(crate) struct Desk<'a> {
    pub(crate) socket: &'a Path,
    pub(crate) reader: Reader,
}

#[derive(Args)]
pub(crate) struct CallsArguments {
    #[command(subcommand)]
    command: Option<CallsCommand>,
}

#[derive(Subcommand)]
enum CallsCommand {
    /// Somebody goes to the machine; the patient sees that they come.
    Answer {
        /// For this call alone, by the name that `calls --json` gives its reason; without it, for all of them.
        #[arg(value_name = "REASON", value_parser = reason)]
        reason: Option<CallReason>,
        /// Who goes.
        #[arg(long, value_name = "NAME")]
        by: Staff,
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
        /// Which drum or hopper, if the machine has several for it: as `status --json` calls unit and place, for instance
        /// notes-2/drum-1.
        #[arg(long, value_name = "UNIT/PLACE")]
        store: Option<StoreId>,
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
pub(crate) enum IncidentCommand {
    /// Money of which something is not known.
    List,
    /// What is known of an incident, and what can be said of it.
    Show {
        /// Its number.
        #[arg(value_name = "ID")]
        id: u32,
    },
    /// Say what became of the money. For somebody who has looked everywhere. Refused while its payment is open.
    Settle {
        /// Its number.
        #[arg(value_name = "ID")]
        id: u32,
        /// What became of it.
        #[arg(long)]
        said: BecameOf,
        /// Who says so.
        #[arg(long, value_name = "NAME")]
        by: Staff,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum BecameOf {
    /// Somebody at the desk gave its owner as much by hand.
    ReturnedToPatient,
    /// It was handed over as lost property.
    HandedOver,
    /// The patient has it.
    LeftWithPatient,
    /// It lay in the machine when that was counted.
    CountedInMachine,
    /// Nobody knows: it is booked as over or short.
    OverShort,
}

#[derive(Subcommand)]
pub(crate) enum ClockCommand {
    /// Say that the computer's clock is right although the machine does not believe it. For a person who has compared it
    /// with another one: receipts are dated by it from then on.
    Confirm {
        /// Who says so.
        #[arg(long, value_name = "NAME")]
        by: Staff,
    },
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

impl Desk<'_> {
    pub(crate) fn status(&self) -> Result<(), String> {
        self.ask(Question::Status)
    }

    pub(crate) fn calls(&self, arguments: CallsArguments) -> Result<(), String> {
        match arguments.command {
            None => self.ask(Question::Calls),
            Some(CallsCommand::Answer { reason, by }) => self.order(by, Act::AnswerCalls { reason }),
        }
    }

    pub(crate) fn payment(&self, arguments: PaymentArguments) -> Result<(), String> {
        let decide = |id, decision| Act::Decide { payment: PaymentId(id), decision };
        match (arguments.command, arguments.id) {
            (Some(PaymentCommand::Continue { id, by }), _) => self.order(by, decide(id, Decision::Continue)),
            (Some(PaymentCommand::Return { id, by }), _) => self.order(by, decide(id, Decision::Return)),
            (Some(PaymentCommand::TakeOver { id, by, reason }), _) => {
                self.order(by, Act::TakeOver { payment: PaymentId(id), reason })
            }
            (None, Some(id)) => self.ask(Question::Payment { id: PaymentId(id) }),
            (None, None) => Err("Say which payment.".to_owned()),
        }
    }

    pub(crate) fn stock(&self, command: StockCommand) -> Result<(), String> {
        let StockCommand::Set { denomination, pieces, store, by } = command;
        self.order(by, Act::SetStock { store, counted: vec![(denomination, pieces)] })
    }

    pub(crate) fn doubt(&self, command: DoubtCommand) -> Result<(), String> {
        match command {
            DoubtCommand::List => self.ask(Question::Doubts),
            DoubtCommand::Settle { id, said, newest_receipt, newest_payment, by } => {
                let said = match said {
                    Said::Counted => DoubtSaid::Counted,
                    Said::OtherUnit => DoubtSaid::OtherUnit,
                    Said::MovedByTechnician => DoubtSaid::MovedByTechnician,
                    Said::JournalRestored => DoubtSaid::JournalRestored,
                };
                let newest = NewestNumbers {
                    receipt: ReceiptNumber(newest_receipt),
                    payment: PaymentId(newest_payment),
                };
                self.order(by, Act::SettleDoubt { doubt: DoubtId(id), said, newest })
            }
        }
    }

    pub(crate) fn incident(&self, command: IncidentCommand) -> Result<(), String> {
        match command {
            IncidentCommand::List => self.ask(Question::Incidents),
            IncidentCommand::Show { id } => self.ask(Question::Incident { incident: IncidentId(id) }),
            IncidentCommand::Settle { id, said, by } => {
                let said = match said {
                    BecameOf::ReturnedToPatient => IncidentSaid::ReturnedToPatient,
                    BecameOf::HandedOver => IncidentSaid::HandedOver,
                    BecameOf::LeftWithPatient => IncidentSaid::LeftWithPatient,
                    BecameOf::CountedInMachine => IncidentSaid::CountedInMachine,
                    BecameOf::OverShort => IncidentSaid::OverShort,
                };
                self.order(by, Act::SettleIncident { incident: IncidentId(id), said })
            }
        }
    }

    pub(crate) fn clock(&self, command: ClockCommand) -> Result<(), String> {
        let ClockCommand::Confirm { by } = command;
        self.order(by, Act::ConfirmClock)
    }

    pub(crate) fn print(&self, command: PrintCommand) -> Result<(), String> {
        match command {
            PrintCommand::List => self.ask(Question::Papers),
            PrintCommand::Answer { paper, answer, by } => {
                let answer = match answer {
                    Seen::Complete => PaperAnswer::Complete,
                    Seen::Incomplete => PaperAnswer::Incomplete,
                    Seen::Unknown => PaperAnswer::Unknown,
                    Seen::WrittenByHand => PaperAnswer::WrittenByHand,
                };
                self.order(by, Act::AnswerPaper { paper, answer })
            }
        }
    }

    pub(crate) fn ask(&self, question: Question) -> Result<(), String> {
        self.say(&FromDesk::Ask(question))
    }

    fn order(&self, staff: Staff, act: Act) -> Result<(), String> {
        self.say(&FromDesk::Order(Order { staff, act }))
    }

    /// Says one thing and writes what is said to it.
    fn say(&self, said: &FromDesk) -> Result<(), String> {
        let answer = exchange(self.socket, said).map_err(|error| {
            let file = self.socket.display();
            format!("{file}: {error}. Is seisankid running, and may you use its socket?")
        })?;
        self.reader.tell(&answer)
    }
}

fn reason(text: &str) -> Result<CallReason, String> {
    serde_json::from_value(text.into()).map_err(|_| {
        let name =
            |reason| serde_json::to_value(reason).map(|name| name.as_str().unwrap_or_default().to_owned());
        let names: Vec<String> = CallReason::ALL.iter().filter_map(|reason| name(reason).ok()).collect();
        format!("write one of {}", names.join(", "))
    })
}

fn denomination(text: &str) -> Result<Denomination, String> {
    let yen: i64 = text.parse().map_err(|_| "write the value in yen, for instance 100".to_owned())?;
    Denomination::try_from(yen).map_err(|error| error.to_string())
}

fn exchange(socket: &Path, said: &FromDesk) -> std::io::Result<ToDesk> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
    stream.write_all(&to_line(&Hello { hello: api::VERSION, role: "diag".to_owned() }))?;
    stream.write_all(&to_line(said))?;
    next(&mut stream, &mut Lines::default())
}

/// The next message of a daemon.
pub(crate) fn next<T: DeserializeOwned>(stream: &mut UnixStream, lines: &mut Lines) -> std::io::Result<T> {
    let mut buffer = [0; 4096];
    loop {
        if let Some(message) = lines.next_message() {
            return message.map_err(std::io::Error::other);
        }
        match stream.read(&mut buffer)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => lines.push(&buffer[..count]),
        }
    }
}
