/*
  Warnings:

  - You are about to drop the column `phone` on the `contacts` table. All the data in the column will be lost.

*/
-- AlterTable
ALTER TABLE "activities" ADD COLUMN     "contact_id" UUID;

-- AlterTable
ALTER TABLE "contacts" DROP COLUMN "phone",
ADD COLUMN     "job_title" TEXT;

-- AddForeignKey
ALTER TABLE "activities" ADD CONSTRAINT "activities_contact_id_fkey" FOREIGN KEY ("contact_id") REFERENCES "contacts"("id") ON DELETE SET NULL ON UPDATE CASCADE;
