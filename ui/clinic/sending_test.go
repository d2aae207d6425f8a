package clinic

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/app/desk"
	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// sendsTo names a server in the settings, and returns what sends to it.
func (s *stage) sendsTo(server *standin.Server) *outbox.Sender {
	s.t.Helper()
	web := httptest.NewServer(server)
	s.t.Cleanup(web.Close)
	if err := os.Remove(filepath.Join(s.folder, site.ProfileName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.t.Fatal(err) // it may name another server
	}
	text := fmt.Sprintf(`{"url": %q, "base": "https://clinic.example", "basis": "GDPR 9(2)(h)"}`, web.URL)
	must(s.t, os.WriteFile(filepath.Join(s.folder, site.SyncName), []byte(text), 0o600))
	settings, err := site.LoadSync(s.folder)
	must(s.t, err)
	sender, err := settings.Sender(s.folder, "1", s.store, slog.New(slog.DiscardHandler))
	must(s.t, err)
	return sender
}

// parked has one visit that the server refuses, and one whose saturation somebody
// has changed there.
func (s *stage) parked(server *standin.Server) (sender *outbox.Sender, contested string) {
	s.t.Helper()
	sender = s.sendsTo(server)
	refused := s.came(person("Ada", "King", records.Date{Year: 1955, Month: 12, Day: 10}, "C-1"), time.Hour, 0)
	changed := s.came(person("Bo", "Ek", records.Date{Year: 1960, Month: 1, Day: 2}, "C-2"), time.Hour, 0)
	server.Refuse = func(kind string, resource []byte) string {
		if kind == "Encounter" && bytes.Contains(resource, []byte(refused.ID)) {
			return "Encounter.period"
		}
		return ""
	}
	r, err := sender.Once(context.Background())
	if must(s.t, err); r.Sent == 0 || r.Parked != 1 {
		s.t.Fatalf("%+v", r)
	}
	contested = "Observation/" + string(changed.Observations[0].ID)
	theirs := server.Held()[contested].JSON
	server.Put(contested, bytes.Replace(theirs, []byte(`"value":97`), []byte(`"value":79`), 1))
	found, err := sender.Check(context.Background())
	if must(s.t, err); found.Changed != 1 {
		s.t.Fatalf("%+v", found)
	}
	return sender, contested
}

// TestSending: what a server has refused is shown with its reason and can be sent
// once more, alone; of what was changed there both versions are shown, and nothing
// is settled until somebody has chosen.
func TestSending(t *testing.T) {
	for _, tt := range []struct {
		choice words.Key
		holds  string
	}{{words.SendingKeepHere, `"value":97`}, {words.SendingKeepThere, `"value":79`}} {
		s := working(t, "en", sizes["1366x768"], kit.Look{})
		server := &standin.Server{VersionZero: true}
		sender, contested := s.parked(server)
		s.turnTo(desk.PageSending)
		for _, text := range []string{"422", "Encounter.period", "the Observation was changed on the server by somebody else"} {
			if !s.reads(text) {
				t.Fatalf("nothing says %q", text)
			}
		}
		server.Refuse = nil
		s.push(words.SendingAgain)
		s.settle()
		send := func() {
			_, err := sender.Once(context.Background())
			must(t, err)
		}
		send()
		stats, err := s.store.OutboxStats(context.Background())
		if must(t, err); stats.Dead != 1 || stats.Done != 1 {
			t.Fatalf("after one more try %+v", stats)
		}
		s.showsStanding(words.SendingProvedAll, "HAPI-0450") // the one that was refused at first
		s.push(words.SendingCompare)
		s.settle()
		if !s.reads("97 %") || !s.reads("79 %") {
			t.Fatal("the versions are not shown")
		}
		if !s.reads("Value (Observation)") {
			t.Error("what the versions are of is not said in words")
		}
		s.push(words.FrameClose)
		s.settle()
		send()
		if stats, err = s.store.OutboxStats(context.Background()); err != nil || stats.Dead != 1 {
			t.Fatalf("nobody has chosen, and it is %+v, %v", stats, err)
		}
		s.push(words.SendingCompare)
		s.settle()
		s.push(tt.choice)
		s.settle()
		if s.clinic.dialog != nil {
			t.Error("the choice stays open")
		}
		s.sees(words.SendingNone)
		send()
		if got := string(server.Held()[contested].JSON); !strings.Contains(got, tt.holds) {
			t.Errorf("the server holds %s, want %s", got, tt.holds)
		}
		if stats, err = s.store.OutboxStats(context.Background()); err != nil || stats.Done != 2 {
			t.Errorf("in the end %+v, %v", stats, err)
		}
		s.settledBy("Amina Haddad", 2)
	}
}

// showsStanding opens how the last visit on the page stands, and closes it.
func (s *stage) showsStanding(proved words.Key, log string) {
	s.t.Helper()
	s.push(words.SendingShow)
	s.settle()
	s.sees(proved)
	if !s.reads(log) {
		s.t.Errorf("the log does not say %q", log)
	}
	s.push(words.FrameClose)
	s.settle()
}

// settledBy expects so many decisions of somebody on record.
func (s *stage) settledBy(name string, decisions int) {
	s.t.Helper()
	trail, err := s.store.AuditAfter(context.Background(), 0, 1000)
	must(s.t, err)
	n := 0
	for _, e := range trail {
		if e.Action == staff.SettleSent && e.Role == staff.Administrator {
			n++
		}
	}
	if n != decisions {
		s.t.Errorf("%d decisions of %s on record, want %d", n, name, decisions)
	}
}

// TestSendingAway: a server that cannot be asked is said to be, and settles nothing.
func TestSendingAway(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	server := &standin.Server{VersionZero: true}
	s.parked(server)
	text := `{"url": "http://127.0.0.1:1", "base": "https://clinic.example"}`
	must(t, os.WriteFile(filepath.Join(s.folder, site.SyncName), []byte(text), 0o600))
	s.turnTo(desk.PageSending)
	s.push(words.SendingCompare)
	s.settle()
	if s.clinic.dialog != nil || !s.reads("the server could not be asked") {
		t.Error("nothing says that the server was not asked")
	}
}

// TestSendingOfOthers: an operator chooses between no versions.
func TestSendingOfOthers(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.parked(&standin.Server{VersionZero: true})
	s.as(staffBadge, staffPIN)
	s.turnTo(desk.PageSending)
	if _, open := s.clinic.page.(*sendingPage); open {
		t.Error("an operator sees it")
	}
}

func tourSending(s *stage, shoot func(*stage, string)) {
	s.turnTo(desk.PageSending)
	shoot(s, "80-sending-none")
	s.parked(&standin.Server{VersionZero: true})
	s.turnTo(desk.PageAdmin)
	s.turnTo(desk.PageSending)
	shoot(s, "81-sending")
	s.push(words.SendingCompare)
	s.settle()
	shoot(s, "82-sending-compare")
	s.push(words.FrameClose)
	s.settle()
	s.push(words.SendingShow)
	s.settle()
	shoot(s, "82-sending-visit")
	s.push(words.FrameClose)
	s.settle()
}
