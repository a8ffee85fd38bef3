package io.fovea.data;

import io.fovea.FoveaException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a table's columns are for and how they become numbers.
 *
 * @param label column that is kept aside and never encoded; null takes the last column if it is called {@code label}
 * @param ids columns that name a row; kept aside
 * @param ignored columns that are left out
 * @param categorical columns whose values are levels, also if they are numbers
 * @param numeric columns that are encoded also if they look like row numbers
 * @param scaler of the numbers
 * @param missing what becomes of missing cells
 * @param maxLevels up to so many levels a column of text is encoded; one of more is left out, unless it is named in {@code categorical}
 */
public record EncoderOptions(
        @Nullable String label,
        List<String> ids,
        List<String> ignored,
        List<String> categorical,
        List<String> numeric,
        Scaler scaler,
        Missing missing,
        int maxLevels) {
    /** How numbers are scaled, with figures of the training rows. */
    public enum Scaler {
        /** (x - mean) / standard deviation of the population. */
        STANDARD,
        /** (x - least) / (most - least). */
        MINMAX,
        /** (x - median) / (third quartile - first quartile). */
        ROBUST,
        /** ln(1 + x), for counts and amounts; every x must be above -1. */
        LOG1P,
        /** x / the largest absolute value of all columns, for columns of one unit, such as pixels. */
        COMMON,
        NONE
    }

    /** What becomes of missing cells. */
    public enum Missing {
        /** An error that names the column and the first such row. */
        REFUSE,
        /** The median of the column's training rows; in a column of levels the most frequent one. */
        MEDIAN
    }

    /** Label found out, no ids, standard scaler, missing cells refused, up to 50 levels. */
    public static final EncoderOptions DEFAULT =
            new EncoderOptions(null, List.of(), List.of(), List.of(), List.of(), Scaler.STANDARD, Missing.REFUSE, 50);

    public EncoderOptions {
        ids = List.copyOf(ids);
        ignored = List.copyOf(ignored);
        categorical = List.copyOf(categorical);
        numeric = List.copyOf(numeric);
        if (maxLevels < 2) {
            throw new FoveaException("maxLevels is " + maxLevels + "; it must be at least 2.");
        }
    }

    public EncoderOptions withLabel(@Nullable String other) {
        return new EncoderOptions(other, ids, ignored, categorical, numeric, scaler, missing, maxLevels);
    }

    public EncoderOptions withIds(List<String> other) {
        return new EncoderOptions(label, other, ignored, categorical, numeric, scaler, missing, maxLevels);
    }

    public EncoderOptions withIgnored(List<String> other) {
        return new EncoderOptions(label, ids, other, categorical, numeric, scaler, missing, maxLevels);
    }

    public EncoderOptions withCategorical(List<String> other) {
        return new EncoderOptions(label, ids, ignored, other, numeric, scaler, missing, maxLevels);
    }

    public EncoderOptions withNumeric(List<String> other) {
        return new EncoderOptions(label, ids, ignored, categorical, other, scaler, missing, maxLevels);
    }

    public EncoderOptions withScaler(Scaler other) {
        return new EncoderOptions(label, ids, ignored, categorical, numeric, other, missing, maxLevels);
    }

    public EncoderOptions withMissing(Missing other) {
        return new EncoderOptions(label, ids, ignored, categorical, numeric, scaler, other, maxLevels);
    }

    public EncoderOptions withMaxLevels(int other) {
        return new EncoderOptions(label, ids, ignored, categorical, numeric, scaler, missing, other);
    }

    /** How the file's columns should be read for this: ids letter by letter. */
    public TableOptions reading(TableOptions options) {
        return options.withText(ids);
    }
}
