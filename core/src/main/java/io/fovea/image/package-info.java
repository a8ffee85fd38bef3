/**
 * What is a picture? {@link io.fovea.image.Picture} holds one in memory: grey or colour, with or without alpha, 8 or 16 bits, with its colour
 * profile. {@link io.fovea.image.Pictures} reads and writes files, {@link io.fovea.image.Resample} changes sizes exactly as MATLAB and Pillow do,
 * {@link io.fovea.image.Colour} gives BT.601 luma, {@link io.fovea.image.Tiling} runs a function over a picture of any size in bounded memory,
 * {@link io.fovea.image.Grid} lays pictures out on a sheet. Nothing here knows libtorch.
 *
 * <p>Conventions: sizes of pictures are width, height; planar float data is CHW, row-major, with sizes in the order channels, height, width.
 * Files are walked by our own small parsers (sizes, profile, orientation, checksums), which hand the codec of the JDK or of TwelveMonkeys a stream
 * that holds nothing but what it must decode.
 */
@NullMarked
package io.fovea.image;

import org.jspecify.annotations.NullMarked;
