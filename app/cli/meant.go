package cli

import (
	"aidpost/instruments"
	"aidpost/records/intended"
)

// A listedModel is a model with what it is meant for.
type listedModel struct {
	instruments.Model
	Sharing       intended.Sharing     `json:"sharing,omitempty"`
	SharingSource string               `json:"sharingSource,omitempty"`
	Validation    *intended.Validation `json:"validation,omitempty"`
}

func withLabel(m instruments.Model, l intended.Label) listedModel {
	return listedModel{Model: m, Sharing: l.Sharing.By, SharingSource: l.Sharing.Source, Validation: l.Validation}
}

// meantFor says in a few words who may share a meter, or how a cuff was validated.
func (m listedModel) meantFor() string {
	switch m.Sharing {
	case intended.Several:
		return "several people"
	case intended.One:
		return "one person"
	case intended.Unsaid:
		return "sharing: not said"
	case intended.Unknown:
		return "sharing: none found"
	}
	v := m.Validation
	if v == nil {
		return ""
	}
	switch v.Status {
	case intended.Published:
		return "validated: " + v.Protocol
	case intended.Sibling:
		return "validated: only " + v.Of
	case intended.Claimed:
		return "validated: says its maker"
	}
	return "validated: none found"
}
