package site

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"aidpost/instruments"
)

func TestHabits(t *testing.T) {
	folder := t.TempDir()
	log := slog.New(slog.DiscardHandler)
	cable := instruments.Endpoint{Path: "/dev/ttyUSB0", VID: "10C4", PID: "EA60", USBSerial: "A7"}
	plain := instruments.Endpoint{Path: "/dev/ttyS0"}
	h := loadHabits(folder, log)
	if got := h.Recall(cable); got != "" {
		t.Errorf("a new kiosk recalls %q", got)
	}
	h.Remember(cable, "suntech-advantage")
	h.Remember(plain, "a")
	h.Remember(plain, "b")
	again := loadHabits(folder, log)
	cable.Path = "/dev/ttyUSB5" // the same cable in another socket
	if again.Recall(cable) != "suntech-advantage" || again.Recall(plain) != "b" {
		t.Errorf("recalls %q", again.models)
	}
	elsewhere := plain
	elsewhere.Path = "/dev/ttyS1"
	if got := again.Recall(elsewhere); got != "" {
		t.Errorf("recalls %q on another port", got)
	}
}

// TestHabitsOfCablesAlike: of two cables with the number that their maker puts on all,
// or with none, each has habits of its own, by its socket.
func TestHabitsOfCablesAlike(t *testing.T) {
	for _, number := range []string{"", "0001"} {
		h := loadHabits(t.TempDir(), slog.New(slog.DiscardHandler))
		one := instruments.Endpoint{Path: "/dev/ttyUSB0", VID: "10C4", PID: "EA60", USBSerial: number, Socket: "1-1"}
		other := one
		other.Path, other.Socket = "/dev/ttyUSB1", "1-2"
		h.Remember(one, "aandd-tm2655")
		one.Path = "/dev/ttyUSB7" // which the system may change
		if got := h.Recall(other); got != "" || h.Recall(one) != "aandd-tm2655" {
			t.Errorf("number %q: the other is taken for %q, the one for %q", number, got, h.Recall(one))
		}
	}
}

// TestHabitsSurviveTheirFile: nothing that stands in it, and no folder that
// cannot be written, keeps a kiosk from starting.
func TestHabitsSurviveTheirFile(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	at := instruments.Endpoint{Path: "/dev/ttyS0"}
	for _, text := range []string{"", "null", "[]", `{"a":1}`, "{", "\x00"} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, CablesName), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		h := loadHabits(folder, log)
		h.Remember(at, "m")
		if h.Recall(at) != "m" || loadHabits(folder, log).Recall(at) != "m" {
			t.Errorf("after %q", text)
		}
	}
	h := loadHabits(filepath.Join(t.TempDir(), "gone"), log)
	h.Remember(at, "m")
	if h.Recall(at) != "m" {
		t.Error("forgotten at once")
	}
}
