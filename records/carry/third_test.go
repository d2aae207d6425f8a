package carry

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"aidpost/records/outbox"
)

// TestChangedByThird: what somebody else changes on the server of a visit that was
// carried waits for a person with both versions, at the office that has sent it and
// at the laptop that comes by the network later, like that of any other visit.
func TestChangedByThird(t *testing.T) {
	for _, tt := range []struct {
		word outbox.Word
		want string
	}{{outbox.Here, `"value":13`}, {outbox.There, `"value":120`}} {
		for _, at := range []string{"office", "field"} {
			t.Run(string(tt.word)+" "+at, func(t *testing.T) {
				field, office := pair(t)
				server, stick := newServer(t), OnStick(t.TempDir())
				server.VersionZero = true // it can be told to create only
				e := field.visit(person(1))
				field.out(stick)
				office.in(stick)
				office.send(server)
				key := "Observation/" + string(e.Observations[0].ID)
				server.Put(key, bytes.Replace(server.Held()[key].JSON, []byte(`"value":134`), []byte(`"value":120`), 1))
				p := office
				if at == "field" { // it has word that the office holds it, and sends a correction itself
					p = field
					field.in(stick)
					field.amend(e, 135)
					field.send(server)
				}
				sender, err := outbox.New(p.store, outbox.Config{URL: server.url, Operator: operator, Now: func() time.Time { return p.now }})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := sender.Check(t.Context()); err != nil {
					t.Fatal(err)
				}
				parked, err := p.store.ParkedOutbox(t.Context(), 5)
				if err != nil || len(parked) != 1 || !outbox.Contested(parked[0]) || !strings.Contains(parked[0].Why, "changed on the server by somebody else") {
					t.Fatalf("%+v, %v", parked, err)
				}
				if found, err := sender.Differences(t.Context(), e.ID); err != nil || len(found) == 0 || len(found[0].Fields) == 0 {
					t.Errorf("both versions: %+v, %v", found, err)
				}
				if err := sender.Decide(t.Context(), e.ID, tt.word); err != nil {
					t.Fatal(err)
				}
				p.send(server)
				if s := p.stats(); s.Dead != 0 || !bytes.Contains(server.Held()[key].JSON, []byte(tt.want)) {
					t.Errorf("%+v, the server holds %s", s, server.Held()[key].JSON)
				}
			})
		}
	}
}
