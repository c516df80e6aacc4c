SET lock_timeout = '5s';

-- AlterTable
ALTER TABLE "Post" ADD COLUMN     "slug" TEXT;
