package records

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"aidpost/records/jsonread"
	"aidpost/records/vitals"
)

// A KnownArm is the arm of somebody that the next pressure is measured on.
type KnownArm struct {
	Arm vitals.Arm // UnknownArm: nobody ever said one
	// Compared is set if both arms were measured in one visit and this one's pressure
	// was the higher: that is the arm to stay with, whatever was measured since.
	Compared bool
	Taken    time.Time // the result that it is known from
}

// otherArm is why readings of the arm with the lower pressure are excluded, as the
// protocols of package guideline call it.
const otherArm = "other-arm"

// Add adds what a visit says of the arm. The visits may come in any order.
func (k *KnownArm) Add(visit []Observation) {
	compared := false
	for _, o := range visit {
		compared = compared || o.Excluded == otherArm && o.State != Voided
	}
	for _, o := range visit {
		if o.Panel != vitals.BloodPressure || o.Arm == vitals.UnknownArm || !o.Result() {
			continue
		}
		if compared == k.Compared && o.Taken.After(k.Taken) || compared && !k.Compared {
			*k = KnownArm{Arm: o.Arm, Compared: compared, Taken: o.Taken}
		}
	}
}

// armVisits is how many of somebody's visits are looked through for their arm: who was
// here more often since both were compared may have them compared again.
const armVisits = 200

// KnownArm returns which arm of a patient to measure next, by their visits since a time.
func (s *Store) KnownArm(ctx context.Context, patient ID, since time.Time) (KnownArm, error) {
	var known KnownArm
	id, err := uuid.Parse(string(patient))
	if err != nil {
		return known, nil // nobody has such an id, so there is no visit
	}
	err = s.read(ctx, func(r *reader) error { return r.arms(id, since, &known) })
	if err != nil {
		return KnownArm{}, fmt.Errorf("known arm: %w", err)
	}
	return known, nil
}

func (r *reader) arms(patient uuid.UUID, since time.Time, into *KnownArm) error {
	visits := 0
	return r.backwards(patient, func(e *sealedEncounter) (more bool, err error) {
		if visits++; visits > armVisits {
			return false, nil
		}
		payload, err := e.payload(r.seal)
		if err != nil {
			return false, err
		}
		visit, err := decodePressures(&r.json, payload, since)
		into.Add(visit)
		return true, err
	})
}

// decodePressures returns every reading of a pressure, those that do not count, too.
func decodePressures(j *jsonread.Reader, payload []byte, since time.Time) ([]Observation, error) {
	head, rest, err := decodeHead(j, payload)
	if err != nil || head.Started.Before(since) {
		return nil, err
	}
	_, rest, _ = bytes.Cut(rest, []byte{'\n'})
	out, _, err := decodeLines(j, nil, rest, head.Lines, func(l payloadLine) bool { return l.Panel == vitals.BloodPressure })
	return out, err
}
