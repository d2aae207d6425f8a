package words

// The backups of the records and the keys that open them.
const (
	AdminBackups         Key = "admin.backups"
	AdminBackupsNote     Key = "admin.backups-note"
	BackupsNow           Key = "backups.now"
	BackupsColumnMade    Key = "backups.column-made"
	BackupsColumnAge     Key = "backups.column-age"
	BackupsColumnSize    Key = "backups.column-size"
	BackupsMinutes       Key = "backups.minutes" // counts
	BackupsHours         Key = "backups.hours"   // counts
	BackupsDays          Key = "backups.days"    // counts
	BackupsNone          Key = "backups.none"
	BackupsNoneLead      Key = "backups.none-lead"
	BackupsFile          Key = "backups.file"
	BackupsWhole         Key = "backups.whole"
	BackupsCheckThis     Key = "backups.check-this"
	BackupsCopying       Key = "backups.copying"  // needs n
	BackupsChecking      Key = "backups.checking" // needs n
	BackupsMade          Key = "backups.made"     // needs folder
	BackupsSound         Key = "backups.sound"    // needs file, visits, people
	BackupsDamaged       Key = "backups.damaged"  // needs file
	BackupsNoFolder      Key = "backups.no-folder"
	BackupsFull          Key = "backups.full"
	BackupsCancelled     Key = "backups.cancelled"
	BackupsFailed        Key = "backups.failed"
	BackupsElsewhere     Key = "backups.elsewhere"
	BackupsElsewhereLead Key = "backups.elsewhere-lead"
	BackupsTo            Key = "backups.to" // needs folder
	BackupsOther         Key = "backups.other"
	BackupsLookAgain     Key = "backups.look-again"
	BackupsFolder        Key = "backups.folder"
	BackupsCopy          Key = "backups.copy"
	BackupsRecords       Key = "backups.records"
	BackupsRhythm        Key = "backups.rhythm"
	BackupsCheckNow      Key = "backups.check-now"
	BackupsRestore       Key = "backups.restore"
	BackupsRestoreLead   Key = "backups.restore-lead"
	BackupsKeys          Key = "backups.keys"
	BackupsUnsealed      Key = "backups.unsealed"
	BackupsKeyStore      Key = "backups.key-store"      // needs date
	BackupsKeyFile       Key = "backups.key-file"       // needs date
	BackupsKeyPassphrase Key = "backups.key-passphrase" // needs date
	BackupsKeyRecovery   Key = "backups.key-recovery"   // needs date
	BackupsNoRecovery    Key = "backups.no-recovery"
	BackupsNewRecovery   Key = "backups.new-recovery"
	BackupsWriteDown     Key = "backups.write-down"
	BackupsTypeBack      Key = "backups.type-back"
	BackupsConfirm       Key = "backups.confirm"
	BackupsMistyped      Key = "backups.mistyped"
	BackupsRecoveryDone  Key = "backups.recovery-done"
)
