-- CreateIndex
CREATE INDEX CONCURRENTLY "Post_authorId_publishedAt_idx" ON "Post"("authorId", "publishedAt");
