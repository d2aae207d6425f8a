package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
)

// rulesFile lets a Linux user open the ports of instruments.
const rulesFile = "../assets/package/70-aidpost.rules"

const (
	rulesHead = `# Whoever sits at the machine may open the serial ports of Aidpost's
# instruments, and so may the group dialout. ModemManager leaves them alone: it
# would send modem commands to them.
#
# Made from the catalogue of instruments: go test -tags ci -run ReadmeRules ./app -update

ACTION=="remove", GOTO="aidpost_end"
SUBSYSTEM!="tty", GOTO="aidpost_end"

`
	ruleAction = `GROUP="dialout", MODE="0660", TAG+="uaccess", ENV{ID_MM_PORT_IGNORE}="1"`
	rulesFoot  = "\nLABEL=\"aidpost_end\"\n"
)

// TestReadmeRules keeps the rules that the README has installed equal to the
// catalogue.
func TestReadmeRules(t *testing.T) {
	want := rulesHead + adapterRules(catalogue.Drivers()) + rulesFoot
	got, err := os.ReadFile(rulesFile)
	if err == nil && string(got) == want {
		return
	}
	if !*update {
		t.Fatalf("%s (%v) says\n%s\nthe catalogue has\n%s\nrun this test with -update", rulesFile, err, got, want)
	}
	if err := os.WriteFile(rulesFile, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// adapterRules returns a rule for each USB adapter, by its identifiers.
func adapterRules(drivers []instruments.Driver) string {
	var ids []instruments.USBID
	for _, d := range drivers {
		for _, a := range d.Model().Adapters {
			if !slices.Contains(ids, a.USBID) {
				ids = append(ids, a.USBID)
			}
		}
	}
	slices.SortFunc(ids, func(a, b instruments.USBID) int {
		return cmp.Or(cmp.Compare(a.VID, b.VID), cmp.Compare(a.PID, b.PID))
	})
	var b strings.Builder
	for _, id := range ids {
		// udev compares letters as sysfs writes them, which is small.
		fmt.Fprintf(&b, "ATTRS{idVendor}==%q, ATTRS{idProduct}==%q, %s\n", strings.ToLower(id.VID), strings.ToLower(id.PID), ruleAction)
	}
	return b.String()
}

// TestAdapterRules names each adapter once, however many models use it.
func TestAdapterRules(t *testing.T) {
	got := adapterRules([]instruments.Driver{
		onAdapters(instruments.USBID{VID: "10C4", PID: "EA60"}, instruments.USBID{VID: "0403", PID: "6001"}),
		onAdapters(instruments.USBID{VID: "10C4", PID: "EA60"}),
	})
	want := `ATTRS{idVendor}=="0403", ATTRS{idProduct}=="6001", ` + ruleAction + "\n" +
		`ATTRS{idVendor}=="10c4", ATTRS{idProduct}=="ea60", ` + ruleAction + "\n"
	if got != want {
		t.Errorf("rules\n%s\nwant\n%s", got, want)
	}
}

// listed is a driver of which only its row of the catalogue is known.
type listed struct {
	instruments.Driver
	model instruments.Model
}

func (l listed) Model() instruments.Model { return l.model }

func onAdapters(ids ...instruments.USBID) instruments.Driver {
	var l listed
	for _, id := range ids {
		l.model.Adapters = append(l.model.Adapters, instruments.Adapter{USBID: id})
	}
	return l
}
