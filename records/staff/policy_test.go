package staff

import (
	"errors"
	"strings"
	"testing"
)

// policyTable is the policy as a supervisor would sign it. It is written
// down a second time so that no right changes unseen.
const policyTable = `
                    program patient console operator supervisor administrator technician auditor
patient.find        -       x       x       x        x          x             -          -
history.read        -       x       x       x        x          x             -          -
encounter.list      -       -       x       x        x          x             -          -
patient.search      -       -       x       x        x          x             -          -
encounter.read      -       -       x       x        x          x             -          -
encounter.save      -       x       x       x        x          x             -          -
observation.amend   -       -       x       -        x          x             -          -
observation.void    -       -       x       -        x          x             -          -
observation.move    -       -       x       -        x          x             -          -
form.print          -       -       x       x        x          x             -          -
form.enter          -       -       x       x        x          x             -          -
patient.identify    -       -       x       x        x          x             -          -
patient.mark        -       -       x       x        x          x             -          -
encounter.remark    -       -       x       x        x          x             -          -
encounter.queue     -       -       x       x        x          x             -          -
critical.tell       -       -       x       x        x          x             -          -
critical.sign       -       -       x       x        x          x             -          -
referral.make        -       -       x       x        x          x             -          -
referral.close       -       -       x       x        x          x             -          -
tray.claim           -       -       x       x        x          x             -          -
tray.aside           -       -       x       x        x          x             -          -
shift.read          -       -       x       x        x          x             -          -
shift.handover      -       -       x       x        x          x             -          -
shift.taken         -       -       x       x        x          x             -          -
shift.close         -       -       x       x        x          x             -          -
shift.sign          -       -       x       -        x          x             -          -
outbox.decide       -       -       x       -        x          x             -          -
carry.out           -       -       x       x        x          x             -          -
carry.in            -       -       x       -        x          x             -          -
record.print        -       x       x       x        x          x             -          -
record.export       -       -       x       -        x          x             -          -
patient.merge       -       -       x       -        x          x             -          -
patient.erase       -       -       x       -        -          x             -          -
summary.remove      -       -       x       -        x          x             -          -
patient.pin         -       x       x       x        x          x             -          -
patient.pin-removed -       -       x       x        x          x             -          -
patient.consent     -       x       x       x        x          x             -          -
help.call           -       x       x       x        x          x             -          -
help.answer         -       -       x       x        x          x             -          -
audit.read          -       -       x       -        -          x             -          x
audit.print         -       -       x       -        -          x             -          x
staff.list          -       -       x       -        x          x             -          -
staff.manage        -       -       x       -        -          x             -          -
staff.pin           -       -       -       x        x          x             x          x
staff.unlock        -       -       x       -        x          x             -          -
setting.change      -       -       x       -        -          x             x          -
clock.set           -       -       x       -        x          x             x          -
instrument.name     -       -       x       x        x          x             x          -
capture.open        -       -       x       -        x          x             x          -
backup              -       -       x       -        x          x             x          -
restore             -       -       x       -        -          x             x          -
keys.manage         -       -       x       -        -          x             -          -
quality.read        -       -       x       x        x          x             x          -
quality.run         -       -       x       x        x          x             x          -
quality.storage     -       -       x       x        x          x             x          -
quality.lot         -       -       x       -        x          x             -          -
quality.instrument  -       -       x       -        x          x             x          -
quality.certify     -       -       x       -        x          x             -          -
quality.clean       -       -       x       x        x          x             x          -
quality.clean.skip  -       -       x       x        x          x             -          -
quality.override    -       -       x       -        x          x             -          -
quality.blind       -       -       x       -        x          x             -          -
quality.passport    -       -       x       x        x          x             x          -
quality.trust       -       -       x       -        -          x             -          -
emergency.access    -       -       -       -        -          -             x          -
emergency.review    -       -       x       -        x          x             -          x
`

func TestPolicy(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(policyTable), "\n")
	roles := strings.Fields(lines[0])
	if want := len(Roles()) + 3; len(roles) != want {
		t.Fatalf("%d roles in the table, %d in the program", len(roles), want)
	}
	seen := map[Action]bool{}
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		action := Action(cells[0])
		seen[action] = true
		for i, cell := range cells[1:] {
			err := Allow(Role(roles[i]), action)
			if want := cell == "x"; (err == nil) != want {
				t.Errorf("%s by %s: %v", action, roles[i], err)
			}
			if err != nil && !errors.Is(err, ErrDenied) {
				t.Errorf("%s by %s: %v is no denial", action, roles[i], err)
			}
		}
	}
	for _, a := range Actions() {
		if !seen[a] {
			t.Errorf("%s is missing from the table", a)
		}
	}
	if len(seen) != len(Actions()) {
		t.Errorf("%d actions in the table, %d in the program", len(seen), len(Actions()))
	}
}

// Whatever is not in the table is refused, whoever asks.
func FuzzDenyByDefault(f *testing.F) {
	f.Add("administrator", "anything")
	f.Add("", "encounter.read")
	f.Add("Administrator", "encounter.read")
	f.Fuzz(func(t *testing.T, role, action string) {
		known := strings.Contains(policyTable, "\n"+action+" ") && action != "" && !strings.ContainsAny(action, " \n")
		roleKnown := Role(role).Staff() || role == "console" || role == "patient"
		if err := Allow(Role(role), Action(action)); err == nil && !(known && roleKnown) {
			t.Errorf("%q may %q", role, action)
		}
	})
}
