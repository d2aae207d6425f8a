package site

// Takes says when a changed setting counts.
type Takes string

// The times.
const (
	AtOnce    Takes = "at once"
	NextStart Takes = "at the next start"
)

// A Field documents one setting.
type Field struct {
	// Path names it: parts joined by dots, a star for each entry of a list or of a
	// table by name.
	Path    string `json:"path"`
	Form    string `json:"form"`    // what may stand there
	Default string `json:"default"` // "" is none
	Takes   Takes  `json:"takes"`
	About   string `json:"about"`
}

// Fields documents every setting of ProfileName, in its order. A test holds it
// against Profile.
func Fields() []Field {
	list := placeFields()
	list = append(list, judgingFields()...)
	list = append(list, paperFields()...)
	list = append(list, kioskFields()...)
	return append(list, syncFields()...)
}

func placeFields() []Field {
	return []Field{
		{"version", "whole number", "1", NextStart, "Form of this file. A file of a later form is refused as a whole."},
		{"name", "text, 1 to 100 letters", "Aidpost", AtOnce, "What screens and paper call the place. New visits carry it from the next start on."},
		{"location", "text, up to 100 letters", "Kiosk", NextStart, "Where in the place the kiosk stands; machine.json of a machine wins."},
		{"kiosk", "text, up to 100 letters", "the machine's name, kiosk-1 without a file", NextStart, "Name of this machine. Leave it out of a file for many machines; machine.json wins."},
		{"queue", "1 or 2 letters", "", NextStart, "Stands before the numbers in the queue that this machine gives (A17), where several give some; machine.json wins."},
		{"address", "list of up to 6 texts", "", AtOnce, "Lines of the letterhead."},
		{"phone", "text, up to 40, without letters", "", AtOnce, "Phone number on paper."},
		{"logo", "PNG or JPEG in Base64, up to 256 KiB and 2000 by 2000 pixels", "", AtOnce, "Picture at the head of papers."},
		{"emergency", "text, 1 to 20 letters", "that of the country, else 112", AtOnce, "The local emergency number. A kiosk does not open without one."},
		{"country", "two letters of ISO 3166-1", "", NextStart, "Gives emergency and guideline where they are not said."},
		{"escalateSeconds", "list of growing whole numbers", "30, 60, 120", NextStart, "When an unanswered call for help goes on to the next ones."},
		{"alarm", "list: a program and its arguments", "", NextStart, "Run when a call for help is new, goes up, is answered or is over."},
		{"alarmVolume", "whole number, 20 to 100", "70", NextStart, "How loud the staff's window sounds an alarm; as loud as it can when nobody answers in time."},
		{"callWhenSilent", "list of blood-pressure and oximetry", "blood-pressure", NextStart, "Staff are called when an instrument of these falls silent while it measures; an empty list: never."},
		{"unstaffed", "true or false", "false", AtOnce, "Nobody is there to come when help is called, so screens name the emergency number alone."},
	}
}

func judgingFields() []Field {
	return []Field{
		{"guideline", "aha-2025 or esc-2024", "esc-2024 in Europe by country, else aha-2025", NextStart, "Judges blood pressures."},
		{"critical.*.measure", "systolic, diastolic, spo2, pulse, glucose or temperature", "", NextStart, "What a critical limit of the place is about. Limits only make stricter: to be acted on today."},
		{"critical.*.unit", "UCUM", "", NextStart, "Unit of the limit; one in another unit is a limit of its own."},
		{"critical.*.side", "high or low", "", NextStart, "Passed at the value and above, or at it and below."},
		{"critical.*.at", "number in quotes", "", NextStart, "The value. Bounds: records/guideline/limits/limits.json."},
		{"approvedBy", "text, up to 100 letters", "", AtOnce, "Clinical lead who approved guidelines and limits for the place; stands on paper."},
		{"protocol", "id of a protocol, or a file of the data folder that ends in .json", "esc-2024", NextStart, "How a blood pressure is taken and averaged."},
		{"oximetry", "id of a rule, or a file of the data folder that ends in .json", "spot-1", NextStart, "When the value of an oximeter is taken."},
		{"quality.*.panel", "a panel, such as blood-glucose", "", NextStart, "Switches quality control on for instruments of a panel."},
		{"quality.*.enrolled", "list of MODEL or MODEL/SERIAL", "", NextStart, "No other instrument of the panel measures anybody."},
		{"quality.*.controlEvery", "hours, 0 to 8784", "0", NextStart, "How long a control run holds; 0: none is needed."},
		{"quality.*.controlAfter", "whole number", "0", NextStart, "A control run is due after so many measurements; 0: any number."},
		{"quality.*.shifts", "list of times like 07:00", "", NextStart, "A control run is due at the beginning of each, by the clock of the place."},
		{"quality.*.controlLots", "true or false", "false", NextStart, "A control run is due with each new lot of strips."},
		{"quality.*.volunteerEvery", "days, 0 to 366", "0", NextStart, "How long a check of a cuff on a volunteer holds; of blood-pressure alone. 0: one counts like any control."},
		{"quality.*.alternate", "true or false", "false", NextStart, "Another level each time, and all of them with a new lot."},
		{"quality.*.lots", "true or false", "false", NextStart, "Only with a lot of strips in use that has not expired."},
		{"quality.*.kept.low", "number in quotes, °C", "", NextStart, "The coldest that strips may be kept whose label nobody typed; with lots."},
		{"quality.*.kept.high", "number in quotes, °C", "", NextStart, "The warmest."},
		{"quality.*.storeEvery", "hours, 0 to 8784", "0", NextStart, "When the temperature where strips are kept is to be read again; 0: nobody is reminded."},
		{"quality.*.calibration", "true or false", "false", NextStart, "Only with a calibration that is not overdue."},
		{"quality.*.certificates", "true or false", "false", NextStart, "Staff need a certificate that is valid."},
		{"quality.*.enrolledOnly", "true or false", "false", NextStart, "Only instruments that staff have enrolled on this computer."},
		{"quality.*.observed", "true or false", "false", NextStart, "Certificates need a test under the eyes of whoever certifies."},
		{"quality.*.overrides", "whole number", "1", NextStart, "How many measurements one override lets through."},
		{"sharing.meters", "list of MODEL or MODEL/SERIAL", "", NextStart, "Meters made for one person that the place lends all the same; each needs a rule for cleaning."},
		{"sharing.approvedBy", "text", "", NextStart, "Who answers for that; needed if there is such a meter."},
		{"cuffs.*.instrument", "MODEL or MODEL/SERIAL", "", NextStart, "A blood-pressure instrument whose cuff is named here."},
		{"cuffs.*.from", "whole number, centimetres, at least 5", "the maker's label, if it is known", NextStart, "The thinnest upper arm that the cuff is made for, as is printed on it. Then people are asked whether it fits."},
		{"cuffs.*.to", "whole number, centimetres, up to 70", "the maker's label, if it is known", NextStart, "The thickest one."},
		{"cleaning.*.instrument", "MODEL or MODEL/SERIAL", "", NextStart, "An instrument that is cleaned between two people; the next one waits for it."},
		{"cleaning.*.with", "text", "", NextStart, "The disinfectant, as its label calls it."},
		{"cleaning.*.wetSeconds", "whole number, 0 to 3600", "0", NextStart, "How long it has to stay on, from the same label."},
		{"refuse", "list of models", "", NextStart, "Instruments that may not be used here."},
		{"units", "list of mg/dL, mmol/L, kg, [lb_av], cm, [in_i], Cel, [degF]", "", NextStart, "Units in which staff type values first. Values of instruments stay in their own."},
	}
}

func paperFields() []Field {
	return []Field{
		{"printers.*.queue", "name of a queue of CUPS", "the system's default", AtOnce, "Where a kind of report is printed: visit, person, trend, referral, days, quality, instruments, activity, or default for the others."},
		{"printers.*.paper", "a4, letter or receipt", "a4", AtOnce, "Paper in it."},
		{"issuer", "address that begins with https://", "", AtOnce, "Where the place gives out the keys that check its papers, at .well-known/jwks.json."},
		{"costs.currency", "text", "", AtOnce, "As it stands after an amount; needed if there is one."},
		{"costs.visit", "number in quotes", "0", AtOnce, "For each visit."},
		{"costs.month", "number in quotes", "0", AtOnce, "For each 30 days."},
		{"costs.panels.*", "number in quotes", "0", AtOnce, "For each reading of a panel."},
	}
}

func kioskFields() []Field {
	return []Field{
		{"languages", "list of language tags", "four that many speak", AtOnce, "Languages that the start screen offers first, in this order."},
		{"onlyLanguages", "true or false", "false", AtOnce, "No others are offered; else they are a touch away."},
		{"language", "a language tag", "the system's", NextStart, "Language of the start screen; --lang wins."},
		{"screen.askSeconds", "whole number, 20 to 600", "60", AtOnce, "How long nobody touches the screen before it asks whether somebody is there."},
		{"screen.endSeconds", "whole number, 20 to 300", "30", AtOnce, "How long it then waits before the visit ends."},
		{"screen.coverSeconds", "whole number, 15 to 600", "60", AtOnce, "When an urgent result that nobody touches is covered."},
		{"screen.covered", "true or false", "false", AtOnce, "Results are covered until they are touched; a person may uncover them."},
		{"screen.silent", "true or false", "false", AtOnce, "Nothing is read aloud, and no loudspeaker is offered."},
		{"screen.volume", "whole number, 20 to 100", "60", AtOnce, "Volume of the voice to begin with."},
		{"screen.shared", "true or false", "false", NextStart, "Staff work on the patients' screen, too: they hold its upper left corner for two seconds, then the lower right one, and sign in."},
		{"switchSeconds", "number, 0.5 to 30, or 0", "0", NextStart, "How long each choice is offered to somebody with one switch; 0: there is no switch."},
		{"keypad.previous", "name of a key, such as Up or F13", "", AtOnce, "Key of a tactile keypad that goes back to the choice before. Without keypad there is none; with it all five are named."},
		{"keypad.next", "name of a key", "", AtOnce, "Key that goes on to the next choice."},
		{"keypad.select", "name of a key", "", AtOnce, "Key that presses it."},
		{"keypad.back", "name of a key", "", AtOnce, "Key that goes back, and stops a cuff."},
		{"keypad.help", "name of a key", "", AtOnce, "Key that calls for help."},
		{"keypad.plugged", "name of a key", "", AtOnce, "Key that a keypad with a socket types when headphones are put in."},
		{"keypad.unplugged", "name of a key", "", AtOnce, "And when they are taken out."},
		{"stillPictures", "true or false", "false", AtOnce, "Pictures that show what to do do not move until a person asks for it."},
		{"keepDays", "days, 0 to 36500", "0", AtOnce, "How long visits are kept; 0: until somebody erases them. The audit trail is always kept."},
		{"keep.backupDays", "days, 1 to 366", "14", AtOnce, "One backup of each of so many days is kept."},
		{"keep.backupWeeks", "weeks, 0 to 520", "8", AtOnce, "And one of each of so many weeks."},
		{"keep.summaryDays", "days, 0 to 36500", "30", AtOnce, "How long summaries are kept that were saved as a file; 0: for good."},
		{"keep.asideDays", "days, 0 to 36500", "90", AtOnce, "How long databases are kept that a restore has replaced, and copies from before an upgrade; 0: for good."},
		{"keep.captureDays", "days, 0 to 36500", "0", AtOnce, "How long files of captures are kept; 0: for good."},
		{"listenOnly", "list of ports or serial numbers of cables", "", NextStart, "Nothing is ever sent there. Paths of one machine belong into machine.json."},
		{"captures", "a folder", "", NextStart, "Everything that crosses a wire is written there, sealed, of guests too; to find a fault."},
	}
}

func syncFields() []Field {
	return []Field{
		{"sync.protocol", "fhir or hl7v2", "fhir", AtOnce, "How records are sent."},
		{"sync.url", "https://... or mllps://host:port", "", AtOnce, "The server. Without sync nothing is sent."},
		{"sync.base", "a URI", "", AtOnce, "Under which the place names its numbers."},
		{"sync.ca", "a file, PEM", "the system's", AtOnce, "The only authorities to trust."},
		{"sync.cert", "a file, PEM", "", AtOnce, "Certificate of the kiosk."},
		{"sync.key", "a file, PEM", "", AtOnce, "Its key. The file belongs to one machine."},
		{"sync.auth.kind", "bearer, basic or smart", "", AtOnce, "How the kiosk is let in."},
		{"sync.auth.name", "text", "", AtOnce, "Name, of basic."},
		{"sync.auth.secret", "a file that only its owner can read", "typed in the staff's window, sealed in the records", AtOnce, "Token, password or private key. The secret itself never stands in this file."},
		{"sync.auth.clientId", "text", "", AtOnce, "Of smart."},
		{"sync.auth.keyId", "text", "", AtOnce, "Of smart."},
		{"sync.auth.scope", "text", "system/*.read system/*.write", AtOnce, "Of smart."},
		{"sync.hl7v2.application", "text", "", AtOnce, "The receiver, as it wants to be named."},
		{"sync.hl7v2.facility", "text", "", AtOnce, "And where it is."},
		{"sync.hl7v2.commitOnly", "true or false", "false", AtOnce, "CA is enough of an answer."},
		{"sync.hl7v2.plain", "true or false", "false", AtOnce, "Without TLS, though others may read along."},
		{"sync.receive.people", "true or false", "false", AtOnce, "Take over whom other kiosks have registered."},
		{"sync.receive.orders", "true or false", "false", AtOnce, "Take over what the operator asks of its kiosks."},
		{"sync.receive.search", "terms of FHIR search", "those with a number of this operator", AtOnce, "Which people."},
		{"sync.receive.every", "minutes, 0 to 1440", "5", AtOnce, "How often."},
		{"sync.audit", "true or false", "false", AtOnce, "Send the audit trail, too."},
		{"sync.summary", "true or false", "false", AtOnce, "Send the page about a visit along."},
		{"sync.maxEntries", "whole number", "40", AtOnce, "Most resources of a transaction."},
		{"sync.maxBytes", "whole number", "4194304", AtOnce, "Most bytes of a transaction."},
		{"sync.bytesPerSecond", "whole number", "0", AtOnce, "Most bytes a second; 0: as fast as it goes."},
		{"sync.gzip", "true or false", "false", AtOnce, "The server takes packed requests."},
		{"sync.metered", "yes or no", "what the system says", AtOnce, "Whether the network costs by volume. Linux with NetworkManager says so."},
		{"sync.onMetered", "wait", "visits go, what can wait does", AtOnce, "What goes over such a network; wait: nothing."},
		{"sync.trusting", "true or false", "false", AtOnce, "The server's word is enough and nothing is read back."},
		{"sync.basis", "text", "", AtOnce, "The law by which results are shared of whoever was not asked."},
		{"sync.erase", "true or false", "false", AtOnce, "What is erased here is deleted on the server, too."},
	}
}
