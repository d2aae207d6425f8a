package fhir

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"aidpost/records"
)

// A Summary is the page that a person could take home, as it would be printed
// of the visit alone.
type Summary struct {
	PDF      []byte
	Language string // BCP 47
	Title    string
}

// A Binary is a file.
type Binary struct {
	ResourceType    string     `json:"resourceType"`
	ID              string     `json:"id"`
	ContentType     string     `json:"contentType"`
	SecurityContext *Reference `json:"securityContext"` // whoever may see the patient may see it
	Data            string     `json:"data"`            // base64
}

// A DocumentReference says what a file is about.
type DocumentReference struct {
	ResourceType     string            `json:"resourceType"`
	ID               string            `json:"id"`
	MasterIdentifier *Identifier       `json:"masterIdentifier"`
	Identifier       []Identifier      `json:"identifier"`
	Status           string            `json:"status"`
	DocStatus        string            `json:"docStatus"`
	Type             CodeableConcept   `json:"type"`
	Category         []CodeableConcept `json:"category"`
	Subject          *Reference        `json:"subject"`
	Date             string            `json:"date"`
	Author           []Reference       `json:"author"`
	Custodian        *Reference        `json:"custodian"`
	Content          []DocumentContent `json:"content"`
	Context          DocumentContext   `json:"context"`
}

// DocumentContent is one form of a document.
type DocumentContent struct {
	Attachment Attachment `json:"attachment"`
}

// A DocumentContext is where a document comes from.
type DocumentContext struct {
	Encounter []Reference `json:"encounter"`
	Period    Period      `json:"period"`
}

// An Attachment is a file, or where it is. Its hash is the SHA-1 that R4 asks
// for; it finds a file that was cut or changed by accident, nothing more.
type Attachment struct {
	ContentType string `json:"contentType"`
	Language    string `json:"language,omitempty"`
	Data        string `json:"data,omitempty"`
	URL         string `json:"url,omitempty"`
	Size        int    `json:"size"`
	Hash        string `json:"hash"`
	Title       string `json:"title,omitempty"`
	Creation    string `json:"creation"`
}

// document returns the summary as a file and what it is about; false if none is
// asked for or the visit is not over.
func (v *visitBuilder) document() (Binary, DocumentReference, bool) {
	if v.Operator.Summary == nil || v.e.Status != records.Finished {
		return Binary{}, DocumentReference{}, false
	}
	s, ok := v.Operator.Summary(v.e)
	if !ok || len(s.PDF) == 0 {
		return Binary{}, DocumentReference{}, false
	}
	file, about := v.own("summary/file"), v.own("summary")
	hash := sha1.Sum(s.PDF)
	b := Binary{
		ResourceType: "Binary", ID: string(file), ContentType: pdf, SecurityContext: v.subject(),
		Data: base64.StdEncoding.EncodeToString(s.PDF),
	}
	d := DocumentReference{
		ResourceType: "DocumentReference", ID: string(about), MasterIdentifier: &v.named(about)[0], Identifier: v.named(about),
		Status: "current", DocStatus: "final", Type: vitalsDocument, Category: []CodeableConcept{clinicalNote},
		Subject: v.subject(), Date: v.time(v.settled()), Author: []Reference{*reference("Device", v.kioskID())},
		Custodian: reference("Organization", v.organizationID()),
		Content: []DocumentContent{{Attachment{
			ContentType: pdf, Language: s.Language, URL: "Binary/" + string(file), Size: len(s.PDF),
			Hash: base64.StdEncoding.EncodeToString(hash[:]), Title: s.Title, Creation: v.time(v.settled()),
		}}},
		Context: DocumentContext{Encounter: []Reference{*reference("Encounter", v.e.ID)}, Period: Period{v.time(v.e.Started), v.time(v.e.Ended)}},
	}
	if v.e.Revision > 1 {
		d.DocStatus = "amended"
	}
	return b, d, true
}

// SummaryTime is the time that a summary made for a server carries: that at
// which the visit was complete, so that the same visit gives the same bytes.
func SummaryTime(e *records.Encounter) time.Time { return (&visitBuilder{e: e}).settled() }

// Inlined puts files into the documents about them, for a server that names
// resources itself or keeps no files: their address would lead nowhere there.
// The report keeps what is said of the file.
func Inlined(all []Resource) ([]Resource, error) {
	files := map[string]string{}
	for _, r := range all {
		if r.Type != "Binary" {
			continue
		}
		var b Binary
		if err := json.Unmarshal(r.JSON, &b); err != nil {
			return nil, fmt.Errorf("read a file: %w", err)
		}
		files[r.Key()] = b.Data
	}
	if len(files) == 0 {
		return all, nil
	}
	var out []Resource
	for _, r := range all {
		var again any
		var err error
		switch r.Type {
		case "Binary":
			continue
		case "DocumentReference":
			var d DocumentReference
			err = json.Unmarshal(r.JSON, &d)
			for i := range d.Content {
				a := &d.Content[i].Attachment
				a.Data, a.URL = files[a.URL], ""
			}
			again = d
		case "DiagnosticReport":
			var d DiagnosticReport
			err = json.Unmarshal(r.JSON, &d)
			for i := range d.PresentedForm {
				d.PresentedForm[i].URL = ""
			}
			again = d
		default:
			out = append(out, r)
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read a %s: %w", r.Type, err)
		}
		made, err := encode([]any{again})
		if err != nil {
			return nil, err
		}
		out = append(out, made...)
	}
	return out, nil
}
