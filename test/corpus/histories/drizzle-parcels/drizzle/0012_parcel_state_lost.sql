ALTER TYPE "public"."parcel_state" ADD VALUE 'lost';
