-- AlterEnum
ALTER TYPE "LeadStage" ADD VALUE 'LOST';

-- AlterTable
ALTER TABLE "leads" ADD COLUMN     "lost_reason" TEXT;
