SET lock_timeout = '5s';

-- AlterTable
ALTER TABLE "Post" ADD COLUMN     "publishedAt" TIMESTAMPTZ(3);
