package words

// Writing the records for other programs.
const (
	ExportTitle         Key = "export.title"
	ExportNote          Key = "export.note"
	ExportLead          Key = "export.lead"
	ExportKind          Key = "export.kind"
	ExportTable         Key = "export.table"
	ExportTableNote     Key = "export.table-note"
	ExportResources     Key = "export.resources"
	ExportResourcesNote Key = "export.resources-note"
	ExportNameless      Key = "export.nameless"
	ExportProtect       Key = "export.protect"
	ExportEncrypted     Key = "export.encrypted"
	ExportOpen          Key = "export.open"
	ExportOpenWarning   Key = "export.open-warning"
	ExportStart         Key = "export.start"
	ExportProgress      Key = "export.progress" // needs n
	ExportDone          Key = "export.done"     // needs n, file
	ExportNothing       Key = "export.nothing"
	ExportNoFolder      Key = "export.no-folder"
	ExportFull          Key = "export.full"
	ExportDamaged       Key = "export.damaged"
	ExportCancelled     Key = "export.cancelled"
	ExportFailed        Key = "export.failed"
)
