package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"aidpost/app/call"
	"aidpost/records/vitals"
)

// ErrCountry reports a country whose emergency number is not known here.
var ErrCountry = errors.New("no emergency number is known for the country: set emergency")

// ErrEscalate reports waits that do not come one after the other.
var ErrEscalate = errors.New("escalateSeconds must grow from above zero")

// emergencyNumbers are the numbers for an ambulance by country. Each is an
// emergency number of its country in the numbering plans that libphonenumber
// collects (resources/ShortNumberMetadata.xml, July 2026), which do not tell the
// services apart. The installer calls the number once: a plan may have changed.
var emergencyNumbers = map[string]string{
	"AU": "000", "BR": "192", "CA": "911", "CN": "120", "EG": "123", "GB": "999", "IN": "112", "IR": "115",
	"JP": "119", "KR": "119", "MX": "911", "NZ": "111", "SG": "995", "US": "911", "VN": "115",
	// 112 is the police there, or not answered everywhere.
	"NO": "113", "UA": "103",
	// 112 by Directive (EU) 2018/1972, article 109, in the EU and in these beside it.
	"AT": "112", "BE": "112", "BG": "112", "CH": "112", "CY": "112", "CZ": "112", "DE": "112", "DK": "112",
	"EE": "112", "ES": "112", "FI": "112", "FR": "112", "GR": "112", "HR": "112", "HU": "112", "IE": "112",
	"IS": "112", "IT": "112", "LT": "112", "LU": "112", "LV": "112", "MT": "112", "NL": "112",
	"PL": "112", "PT": "112", "RO": "112", "RU": "112", "SE": "112", "SI": "112", "SK": "112", "TR": "112",
}

// european are the countries whose cardiologists write the guideline of the ESC
// that the kiosk carries.
var european = map[string]bool{
	"AT": true, "BE": true, "BG": true, "CH": true, "CY": true, "CZ": true, "DE": true, "DK": true, "EE": true,
	"ES": true, "FI": true, "FR": true, "GB": true, "GR": true, "HR": true, "HU": true, "IE": true, "IS": true,
	"IT": true, "LT": true, "LU": true, "LV": true, "MT": true, "NL": true, "NO": true, "PL": true, "PT": true,
	"RO": true, "SE": true, "SI": true, "SK": true, "TR": true, "UA": true,
}

// emergencyOf gives a profile that names a country and no number the number of
// that country.
func (p *Profile) emergencyOf(text []byte) error {
	var said struct {
		Emergency *string `json:"emergency"`
	}
	if err := json.Unmarshal(text, &said); err != nil || said.Emergency != nil || p.Country == "" {
		return err
	}
	number, known := emergencyNumbers[strings.ToUpper(p.Country)]
	if !known {
		return fmt.Errorf("%w: %s", ErrCountry, p.Country)
	}
	p.Emergency = number
	return nil
}

// Waits are the times after which an unanswered call for help goes on.
func (p Profile) Waits() ([]time.Duration, error) {
	if len(p.EscalateSeconds) == 0 {
		return call.DefaultWaits(), nil
	}
	var waits []time.Duration
	last := 0
	for _, s := range p.EscalateSeconds {
		if s <= last {
			return nil, ErrEscalate
		}
		waits, last = append(waits, time.Duration(s)*time.Second), s
	}
	return waits, nil
}

// CallsWhenSilent are the panels of which staff are called when their instrument falls
// silent while it measures.
func (p Profile) CallsWhenSilent() []vitals.Panel {
	if p.CallWhenSilent == nil && !p.Unstaffed {
		return []vitals.Panel{vitals.BloodPressure}
	}
	return p.CallWhenSilent
}
