package records

import (
	"fmt"

	"aidpost/records/jsonread"
	"aidpost/records/vitals"
)

// What every line of a payload and every patient has is read field by field, since a
// history is hundreds of lines and a start opens every patient. The rest is left to
// encoding/json. TestPayloadIsReadWhole fails for a field that is missing here.

// corrupt returns err, if any, as that of content.
func corrupt(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %s: %w", ErrCorrupt, what, err)
}

func decodePatient(j *jsonread.Reader, content []byte) (*Patient, error) {
	j.Reset(content)
	p := &Patient{}
	readPatient(j, p)
	return p, corrupt("patient", j.End())
}

func readPatient(j *jsonread.Reader, p *Patient) {
	for name := range j.Fields {
		switch string(name) {
		case "id":
			p.ID = ID(j.Text())
		case "given":
			p.Given = j.Text()
		case "family":
			p.Family = j.Text()
		case "birthDate":
			j.As(&p.BirthDate)
		case "birthEstimated":
			p.BirthEstimated = j.Bool()
		case "sex":
			p.Sex = Sex(j.Word())
		case "identifiers":
			for range j.Items {
				p.Identifiers = append(p.Identifiers, readIdentifier(j))
			}
		case "marks":
			for range j.Items {
				p.Marks = append(p.Marks, Mark(j.Word()))
			}
		case "language":
			p.Language = j.Word()
		case "created":
			j.As(&p.Created)
		default:
			j.Skip()
		}
	}
}

func readIdentifier(j *jsonread.Reader) (i Identifier) {
	for name := range j.Fields {
		switch string(name) {
		case "system":
			i.System = j.Word()
		case "value":
			i.Value = j.Text()
		default:
			j.Skip()
		}
	}
	return i
}

func readHead(j *jsonread.Reader, h *payloadHead) {
	for name := range j.Fields {
		switch string(name) {
		case "status":
			h.Status = Status(j.Word())
		case "started":
			j.As(&h.Started)
		case "ended":
			j.As(&h.Ended)
		case "zone":
			h.Zone = j.Word()
		case "language":
			h.Language = j.Word()
		case "place":
			h.Place = readPlace(j)
		case "operator":
			h.Operator = readClinician(j)
		case "turns":
			j.Into(&h.Turns)
		case "ticket":
			h.Ticket = j.Int()
		case "recheck":
			j.As(&h.Recheck)
		case "observations":
			for range j.Items {
				h.Lines = append(h.Lines, readPayloadLine(j))
			}
		default:
			j.Skip()
		}
	}
}

func readPayloadLine(j *jsonread.Reader) (l payloadLine) {
	for name := range j.Fields {
		switch string(name) {
		case "panel":
			l.Panel = vitals.Panel(j.Word())
		case "counts":
			l.Counts = j.Bool()
		case "tier":
			l.Tier = j.Int()
		case "frames":
			l.Frames = j.Int()
		case "untold":
			l.Untold = j.Bool()
		default:
			j.Skip()
		}
	}
	return l
}

func readPlace(j *jsonread.Reader) (p Place) {
	for name := range j.Fields {
		switch string(name) {
		case "organization":
			p.Organization = j.Word()
		case "location":
			p.Location = j.Word()
		case "kiosk":
			p.Kiosk = j.Word()
		case "queue":
			p.Queue = j.Word()
		default:
			j.Skip()
		}
	}
	return p
}

func readClinician(j *jsonread.Reader) (c Clinician) {
	for name := range j.Fields {
		switch string(name) {
		case "id":
			c.ID = ID(j.Word())
		case "name":
			c.Name = j.Word()
		default:
			j.Skip()
		}
	}
	return c
}

func readSaid(j *jsonread.Reader, s *payloadSaid) {
	for name := range j.Fields {
		switch string(name) {
		case "consents":
			for range j.Items {
				s.Consents = append(s.Consents, readConsent(j))
			}
		case "answers":
			for range j.Items {
				s.Answers = append(s.Answers, readAnswer(j))
			}
		case "remarks":
			j.Into(&s.Remarks)
		case "tellings":
			j.Into(&s.Tellings)
		case "referrals":
			j.Into(&s.Referrals)
		case "identity":
			j.Into(&s.Identity)
		case "orphan":
			j.Into(&s.Orphan)
		case "paper":
			j.Into(&s.Paper)
		default:
			j.Skip()
		}
	}
}

func readConsent(j *jsonread.Reader) (c Consent) {
	for name := range j.Fields {
		switch string(name) {
		case "purpose":
			c.Purpose = j.Word()
		case "given":
			c.Given = j.Bool()
		case "version":
			c.Version = j.Word()
		case "at":
			j.As(&c.At)
		default:
			j.Skip()
		}
	}
	return c
}

func readAnswer(j *jsonread.Reader) (a Answer) {
	for name := range j.Fields {
		switch string(name) {
		case "question":
			a.Question = j.Word()
		case "answer":
			a.Answer = j.Word()
		case "at":
			j.As(&a.At)
		default:
			j.Skip()
		}
	}
	return a
}
