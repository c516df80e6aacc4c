-- CreateIndex
CREATE INDEX CONCURRENTLY "Session_expiresAt_idx" ON "Session"("expiresAt");
