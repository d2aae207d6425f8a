package takeaway

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"testing"

	"aidpost/app/clerk"
	"aidpost/records"
	"aidpost/records/proof"
	"aidpost/records/signing"
	"aidpost/reports"
)

// TestSigned: the paper carries the numbers signed, and names only whoever
// agreed to be kept. Without a key there is still a paper.
func TestSigned(t *testing.T) {
	key, err := signing.NewKey(bytes.Repeat([]byte{3}, signing.SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	public, err := key.Public()
	if err != nil {
		t.Fatal(err)
	}
	ada := &records.Patient{Given: "Ada", Family: "Lovelace"}
	kept := []records.Consent{{Purpose: records.ConsentKeep, Given: true}}
	for name, test := range map[string]struct {
		patient  *records.Patient
		consents []records.Consent
		named    bool
		failing  bool
	}{
		"kept":    {ada, kept, true, false},
		"refused": {ada, []records.Consent{{Purpose: records.ConsentKeep}, {Purpose: records.ConsentMeasure, Given: true}}, false, false},
		"guest":   {nil, nil, false, false},
		"no key":  {ada, kept, false, true},
	} {
		c := counter(t, nil)
		c.Signer = func(context.Context) (clerk.Signer, error) {
			if test.failing {
				return clerk.Signer{}, errors.New("no key")
			}
			return clerk.Signer{Key: &key, Place: "Here"}, nil
		}
		s := summary(t)
		s.Encounter.Patient, s.Encounter.Consents = test.patient, test.consents
		var page bytes.Buffer
		if err := c.write(t.Context(), &page, s, reports.A4, "file"); err != nil {
			t.Fatal(err)
		}
		token := regexp.MustCompile("shc:/[0-9]+").FindString(page.String())
		if test.failing {
			if token != "" {
				t.Errorf("%s: signed all the same", name)
			}
			continue
		}
		got, err := proof.Verify(token, signing.Set{Keys: []signing.Public{public}})
		if err != nil || len(got.Values) != 1 || got.Values[0].Value != "97" || (got.Family == "Lovelace") != test.named || !test.named && got.Given != "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
