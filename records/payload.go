package records

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"aidpost/records/vitals"
)

// The payload of an encounter is lines of JSON: what a listing needs, then
// what the person said, then a line for each observation. A listing reads the
// first line alone and a history the lines of its panel, which is most of the
// cost of reading. The patient is not inside: a corrected name holds for every
// visit. Captures are beside it, since only a replay needs them.

// payloadHead is the first line.
type payloadHead struct {
	Status   Status         `json:"status"`
	Started  time.Time      `json:"started"`
	Ended    time.Time      `json:"ended,omitzero"`
	Zone     string         `json:"zone"`
	Language string         `json:"language"`
	Place    Place          `json:"place"`
	Panels   []vitals.Panel `json:"panels,omitempty"` // of the observations, one by one
}

// payloadSaid is the second line.
type payloadSaid struct {
	Consents []Consent `json:"consents,omitempty"`
	Answers  []Answer  `json:"answers,omitempty"`
}

// encodePayload writes the clinical content of e. The same encounter always
// gives the same bytes.
func encodePayload(e *Encounter) ([]byte, error) {
	head := payloadHead{
		Status: e.Status, Started: e.Started, Ended: e.Ended,
		Zone: e.Zone, Language: e.Language, Place: e.Place,
	}
	for _, o := range e.Observations {
		head.Panels = append(head.Panels, o.Panel)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out) // ends each value with a line feed
	enc.SetEscapeHTML(false)
	if err := enc.Encode(head); err != nil {
		return nil, fmt.Errorf("encode encounter: %w", err)
	}
	if err := enc.Encode(payloadSaid{e.Consents, e.Answers}); err != nil {
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

// decodePayload reads what encodePayload wrote. The id, the revision, the
// patient and the captures are the caller's to add.
func decodePayload(payload []byte) (Encounter, error) {
	head, rest, err := decodeHead(payload)
	if err != nil {
		return Encounter{}, err
	}
	var said payloadSaid
	if rest, err = decodeLine(rest, &said); err != nil {
		return Encounter{}, err
	}
	observations, err := decodeObservations(rest, head.Panels, "")
	if err != nil {
		return Encounter{}, err
	}
	return Encounter{
		Status: head.Status, Started: head.Started, Ended: head.Ended,
		Zone: head.Zone, Language: head.Language, Place: head.Place,
		Consents: said.Consents, Answers: said.Answers, Observations: observations,
	}, nil
}

// decodePanel reads the observations of one panel alone.
func decodePanel(payload []byte, panel vitals.Panel) ([]Observation, error) {
	head, rest, err := decodeHead(payload)
	if err != nil {
		return nil, err
	}
	_, rest, _ = bytes.Cut(rest, []byte{'\n'})
	return decodeObservations(rest, head.Panels, panel)
}

func decodeHead(payload []byte) (head payloadHead, rest []byte, err error) {
	rest, err = decodeLine(payload, &head)
	return head, rest, err
}

// decodeObservations reads a line for each panel, skipping those of a panel
// other than only, if one is given.
func decodeObservations(rest []byte, panels []vitals.Panel, only vitals.Panel) ([]Observation, error) {
	var out []Observation
	for _, panel := range panels {
		if only != "" && panel != only {
			_, rest, _ = bytes.Cut(rest, []byte{'\n'})
			continue
		}
		var o Observation
		var err error
		if rest, err = decodeLine(rest, &o); err != nil {
			return nil, err
		}
		if o.Panel != panel {
			return nil, fmt.Errorf("%w: observation is not of the panel announced", ErrCorrupt)
		}
		out = append(out, o)
	}
	if len(rest) != 0 && only == "" {
		return nil, fmt.Errorf("%w: content after the last observation", ErrCorrupt)
	}
	return out, nil
}

func decodeLine(from []byte, into any) (rest []byte, err error) {
	line, rest, whole := bytes.Cut(from, []byte{'\n'})
	if !whole {
		return nil, fmt.Errorf("%w: content cut short", ErrCorrupt)
	}
	if err := json.Unmarshal(line, into); err != nil {
		return nil, fmt.Errorf("%w: content: %w", ErrCorrupt, err)
	}
	return rest, nil
}
