-- CreateIndex
CREATE INDEX CONCURRENTLY "Comment_parentId_idx" ON "Comment"("parentId");
