package words

// The accounts of staff.
const (
	AdminStaff          Key = "admin.staff"
	AdminStaffNote      Key = "admin.staff-note"
	AdminPIN            Key = "admin.pin"
	AdminPINNote        Key = "admin.pin-note"
	AccountsAdd         Key = "accounts.add"
	AccountsChoose      Key = "accounts.choose"
	AccountsColumnWho   Key = "accounts.column-who"
	AccountsColumnState Key = "accounts.column-state"
	AccountsColumnLast  Key = "accounts.column-last"
	AccountsColumnRole  Key = "accounts.column-role"
	AccountsCreated     Key = "accounts.created"
	AccountsInUse       Key = "accounts.in-use"
	AccountsClosed      Key = "accounts.closed" // needs date
	AccountsLocked      Key = "accounts.locked"
	AccountsMustChange  Key = "accounts.must-change"
	AccountsFailed      Key = "accounts.failed" // counts
	AccountsNever       Key = "accounts.never"
	AccountsUnlock      Key = "accounts.unlock"
	AccountsRole        Key = "accounts.role"
	AccountsRoleLead    Key = "accounts.role-lead"
	AccountsRoleMissing Key = "accounts.role-missing"
	AccountsBadge       Key = "accounts.badge"
	AccountsBadgeLead   Key = "accounts.badge-lead"
	AccountsPIN         Key = "accounts.pin"
	AccountsPINHint     Key = "accounts.pin-hint"
	AccountsPINChanged  Key = "accounts.pin-changed"
	AccountsClose       Key = "accounts.close"
	AccountsCloseTitle  Key = "accounts.close-title" // needs name
	AccountsCloseLead   Key = "accounts.close-lead"
	AccountsName        Key = "accounts.name"
	AccountsNameMissing Key = "accounts.name-missing"
	AccountsTaken       Key = "accounts.taken"
	AccountsLast        Key = "accounts.last"
)
