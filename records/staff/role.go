// Package staff knows who may do what at a kiosk, what makes a PIN, and how
// guessing one is slowed down. It keeps nothing: package records does.
package staff

import "slices"

// A Role is what a person is at a kiosk. The names are on disk.
type Role string

// The roles.
const (
	// Program is the kiosk by itself: what it does on a schedule.
	Program Role = "program"
	// Patient is whoever stands at the screen without signing in.
	Patient Role = "patient"
	// Console is somebody at the machine's command line while there are no
	// staff accounts yet.
	Console Role = "console"

	Operator      Role = "operator"
	Supervisor    Role = "supervisor"
	Administrator Role = "administrator"
	// Technician looks after the machine and sees no person's data.
	Technician Role = "technician"
	// Auditor reads the audit trail and nothing else.
	Auditor Role = "auditor"
)

// Roles returns the roles that an account may have.
func Roles() []Role { return []Role{Operator, Supervisor, Administrator, Technician, Auditor} }

// Staff reports whether accounts may have the role.
func (r Role) Staff() bool { return slices.Contains(Roles(), r) }
