package downsync

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"

	"aidpost/records"
	"aidpost/records/fhir"
)

// Hear takes over what another kiosk says of people whose visits it has brought on
// a stick, by the rules for what a server says; that kiosk takes the place of the
// server. It has heard nothing of what is known here, so that what it leaves out
// is never gone. Merged says who counts as whom there.
//
// records.ErrOngoing: one of them is at the kiosk now; it can be tried later.
func Hear(ctx context.Context, store *records.Store, from records.ServerKey, people []*records.Patient, merged map[records.ID]records.ID, log *slog.Logger) (Report, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	p := pass{Puller: &Puller{Config: Config{Log: log}, store: store, server: from}, links: map[string]link{}, carried: true}
	for _, who := range people {
		text, err := json.Marshal(who)
		if err != nil {
			return p.Report, err
		}
		sum := sha256.Sum256(text)
		person := fhir.Person{Patient: *who, Remote: string(who.ID), Version: hex.EncodeToString(sum[:8]), Active: true}
		if to, ok := merged[who.ID]; ok {
			person.ReplacedBy = []string{string(to)}
		}
		if err := p.take(ctx, person); err != nil {
			return p.Report, err
		}
	}
	return p.Report, p.merges(ctx)
}
