SET lock_timeout = '5s';

ALTER TABLE "Comment" VALIDATE CONSTRAINT "Comment_parentId_fkey";
