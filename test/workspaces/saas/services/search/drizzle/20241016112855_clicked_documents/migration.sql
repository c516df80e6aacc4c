ALTER TABLE "query_log" ADD COLUMN "clicked_document_id" bigint;--> statement-breakpoint
CREATE INDEX "query_log_clicked_document_id_idx" ON "query_log" ("clicked_document_id");--> statement-breakpoint
ALTER TABLE "query_log" ADD CONSTRAINT "query_log_clicked_document_id_documents_id_fkey" FOREIGN KEY ("clicked_document_id") REFERENCES "documents"("id") ON DELETE SET NULL;