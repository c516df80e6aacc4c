SET lock_timeout = '5s';

-- AlterTable
ALTER TABLE "Media" ADD COLUMN     "alt" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "caption" TEXT;
