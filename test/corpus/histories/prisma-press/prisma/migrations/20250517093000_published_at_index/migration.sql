-- CreateIndex
CREATE INDEX CONCURRENTLY "Post_publishedAt_idx" ON "Post"("publishedAt" DESC);
