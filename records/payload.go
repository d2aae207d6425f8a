package records

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"aidpost/records/jsonread"
	"aidpost/records/vitals"
)

// The payload of an encounter is lines of JSON: what a listing needs, then
// what the person said, then a line for each observation. A listing reads the
// first line alone and a history the lines of results that count for its
// panel, since reading JSON is most of the cost. The patient is not inside: a corrected name holds for every
// visit. Captures are beside it, since only a replay needs them.

// payloadHead is the first line.
type payloadHead struct {
	Status   Status        `json:"status"`
	Started  time.Time     `json:"started"`
	Ended    time.Time     `json:"ended,omitzero"`
	Zone     string        `json:"zone"`
	Language string        `json:"language"`
	Place    Place         `json:"place"`
	Operator Clinician     `json:"operator,omitzero"`
	Turns    Turns         `json:"turns,omitempty"`
	Ticket   int           `json:"ticket,omitempty"`
	Recheck  time.Time     `json:"recheck,omitzero"`
	Lines    []payloadLine `json:"observations,omitempty"`
}

// payloadLine says what is in the line of an observation.
type payloadLine struct {
	Panel  vitals.Panel `json:"panel"`
	Counts bool         `json:"counts,omitempty"` // stands for its panel in a history
	Tier   int          `json:"tier,omitempty"`   // highest it was judged by; of one that counts
	Frames int          `json:"frames,omitempty"` // of its capture, so that none is missed
	Untold bool         `json:"untold,omitempty"` // critical, and nobody was told of it
}

// payloadSaid is the second line.
type payloadSaid struct {
	Consents []Consent `json:"consents,omitempty"`
	Answers  []Answer  `json:"answers,omitempty"`
	Remarks  []Remark  `json:"remarks,omitempty"`
	Tellings []Telling `json:"tellings,omitempty"`

	Referrals []Referral `json:"referrals,omitempty"`
	Identity  Identity   `json:"identity,omitzero"`
	Orphan    *Orphan    `json:"orphan,omitempty"`
	Paper     FromPaper  `json:"paper,omitzero"`
}

// encodePayload writes the clinical content of e. The same encounter always
// gives the same bytes.
func encodePayload(e *Encounter) ([]byte, error) {
	head := payloadHead{
		Status: e.Status, Started: e.Started, Ended: e.Ended,
		Zone: e.Zone, Language: e.Language, Place: e.Place, Operator: e.Operator, Turns: e.Turns, Ticket: e.Ticket,
		Recheck: e.Recheck(),
	}
	folded := foldedIn(e.Observations)
	for _, o := range e.Observations {
		line := payloadLine{Panel: o.Panel, Counts: o.Result() && !folded[o.ID], Frames: len(o.Capture), Untold: o.Critical() && !e.told(o.ID)}
		for _, j := range o.Judged {
			if line.Counts {
				line.Tier = max(line.Tier, j.Tier)
			}
		}
		head.Lines = append(head.Lines, line)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out) // ends each value with a line feed
	enc.SetEscapeHTML(false)
	if err := enc.Encode(head); err != nil {
		return nil, fmt.Errorf("encode encounter: %w", err)
	}
	if err := enc.Encode(payloadSaid{e.Consents, e.Answers, e.Remarks, e.Tellings, e.Referrals, e.Identity, e.Orphan, e.Paper}); err != nil {
		return nil, fmt.Errorf("encode encounter: %w", err)
	}
	for _, o := range e.Observations {
		o.Capture = nil
		if err := enc.Encode(o); err != nil {
			return nil, fmt.Errorf("encode observation: %w", err)
		}
	}
	return out.Bytes(), nil
}

// decodePayload reads what encodePayload wrote, and returns what the first line says
// of the others. The id, the revision, the patient and the captures are the caller's
// to add.
func decodePayload(j *jsonread.Reader, payload []byte) (Encounter, []payloadLine, error) {
	head, rest, err := decodeHead(j, payload)
	if err != nil {
		return Encounter{}, nil, err
	}
	said, rest, err := decodeSaid(j, rest)
	if err != nil {
		return Encounter{}, nil, err
	}
	observations, rest, err := decodeLines(j, nil, rest, head.Lines, func(payloadLine) bool { return true })
	if err != nil {
		return Encounter{}, nil, err
	}
	if len(rest) != 0 {
		return Encounter{}, nil, fmt.Errorf("%w: content after the last observation", ErrCorrupt)
	}
	return Encounter{
		Status: head.Status, Started: head.Started, Ended: head.Ended,
		Zone: head.Zone, Language: head.Language, Place: head.Place, Operator: head.Operator, Turns: head.Turns, Ticket: head.Ticket,
		Consents: said.Consents, Answers: said.Answers, Observations: observations,
		Remarks: said.Remarks, Tellings: said.Tellings, Referrals: said.Referrals, Identity: said.Identity, Orphan: said.Orphan, Paper: said.Paper,
	}, head.Lines, nil
}

// complete makes sure that an encounter has all the frames that its payload
// speaks of. Payloads of the first Aidpost speak of none.
func complete(e *Encounter, lines []payloadLine) error {
	for i, l := range lines {
		if got := len(e.Observations[i].Capture); l.Frames > 0 && got != l.Frames {
			return fmt.Errorf("%w: %d of %d frames of a capture", ErrCorrupt, got, l.Frames)
		}
	}
	return nil
}

// decodeResults appends the observations of one panel that count to all.
func decodeResults(j *jsonread.Reader, all []Observation, payload []byte, panel vitals.Panel) ([]Observation, error) {
	head, rest, err := decodeHead(j, payload)
	if err != nil {
		return nil, err
	}
	_, rest, _ = bytes.Cut(rest, []byte{'\n'})
	all, _, err = decodeLines(j, all, rest, head.Lines, func(l payloadLine) bool { return l.Counts && l.Panel == panel })
	return all, err
}

// foldedIn returns which observations a mean that counts was made of.
func foldedIn(observations []Observation) map[ID]bool {
	folded := map[ID]bool{}
	for _, o := range observations {
		if o.Result() {
			for _, id := range o.MeanOf {
				folded[id] = true
			}
		}
	}
	return folded
}

func decodeHead(j *jsonread.Reader, payload []byte) (head payloadHead, rest []byte, err error) {
	line, rest, err := nextLine(payload)
	if err != nil {
		return head, nil, err
	}
	j.Reset(line)
	readHead(j, &head)
	return head, rest, corrupt("content", j.End())
}

// decodeSaid reads the second line.
func decodeSaid(j *jsonread.Reader, from []byte) (said payloadSaid, rest []byte, err error) {
	line, rest, err := nextLine(from)
	if err != nil {
		return said, nil, err
	}
	j.Reset(line)
	readSaid(j, &said)
	return said, rest, corrupt("content", j.End())
}

// decodeLines appends the observations that are wanted to all and returns what
// follows the last line.
func decodeLines(j *jsonread.Reader, all []Observation, rest []byte, lines []payloadLine, wanted func(payloadLine) bool) ([]Observation, []byte, error) {
	var line []byte
	var err error
	for _, l := range lines {
		if !wanted(l) {
			_, rest, _ = bytes.Cut(rest, []byte{'\n'})
			continue
		}
		if line, rest, err = nextLine(rest); err != nil {
			return nil, nil, err
		}
		all = append(all, Observation{})
		o := &all[len(all)-1]
		j.Reset(line)
		readObservation(j, o)
		if err := j.End(); err != nil {
			return nil, nil, corrupt("content", err)
		}
		if o.Panel != l.Panel {
			return nil, nil, fmt.Errorf("%w: observation is not of the panel announced", ErrCorrupt)
		}
	}
	return all, rest, nil
}

func nextLine(from []byte) (line, rest []byte, err error) {
	line, rest, whole := bytes.Cut(from, []byte{'\n'})
	if !whole {
		return nil, nil, fmt.Errorf("%w: content cut short", ErrCorrupt)
	}
	return line, rest, nil
}
