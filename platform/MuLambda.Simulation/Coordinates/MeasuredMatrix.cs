using System.Globalization;

namespace MuLambda.Simulation.Coordinates;

/// <summary>Round trips that somebody measured, from a file of one line a host with one number for every other.</summary>
public sealed class MeasuredMatrix : ILatencyMatrix
{
    /// <summary>The hosts that a file may have.</summary>
    public const int MaxHosts = 10_000;

    private readonly float[] _roundTripsMs;

    private MeasuredMatrix(int count)
    {
        Count = count;
        _roundTripsMs = new float[count * count];
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Reads a matrix.</summary>
    /// <param name="text">
    /// Lines of numbers with blanks, tabs, commas or semicolons between them: as many numbers in each as there are lines. What is not
    /// above 0 was not measured. Where both ways were measured, the smaller figure counts.
    /// </param>
    /// <param name="unitMs">How many milliseconds 1 stands for: 1000 for a file in seconds.</param>
    /// <returns>The matrix.</returns>
    /// <exception cref="FormatException">It is no such matrix; the message says where.</exception>
    public static MeasuredMatrix Read(TextReader text, double unitMs = 1)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rows = new List<double[]>();
        for (var number = 1; text.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var row = Parse(line, number);
            if (rows.Count > 0 && row.Length != rows[0].Length)
            {
                throw new FormatException($"Line {number} has {row.Length} numbers; the first has {rows[0].Length}.");
            }

            rows.Add(row);
            if (row.Length > MaxHosts || rows.Count > MaxHosts)
            {
                throw new FormatException($"The matrix has more than {MaxHosts} hosts.");
            }
        }

        if (rows.Count < 3 || rows[0].Length != rows.Count)
        {
            throw new FormatException(
                $"The matrix has {rows.Count} lines of {(rows.Count > 0 ? rows[0].Length : 0)} numbers; it must be square, of at least 3 hosts.");
        }

        var matrix = new MeasuredMatrix(rows.Count);
        for (var one = 0; one < rows.Count; one++)
        {
            for (var other = 0; other < rows.Count; other++)
            {
                matrix._roundTripsMs[(one * rows.Count) + other] = (float)(unitMs * Smaller(rows[one][other], rows[other][one]));
            }
        }

        return matrix;
    }

    /// <inheritdoc/>
    public double RoundTripMs(int one, int other) => one == other ? 0 : _roundTripsMs[(one * Count) + other];

    private static double Smaller(double there, double back) =>
        there > 0 ? back > 0 ? Math.Min(there, back) : there
        : back > 0 ? back : double.NaN;

    private static double[] Parse(string line, int number)
    {
        var fields = line.Split([' ', '\t', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var row = new double[fields.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            if (!double.TryParse(fields[i], NumberStyles.Float, CultureInfo.InvariantCulture, out row[i]))
            {
                throw new FormatException($"'{fields[i]}' in line {number}, field {i + 1}, is not a number.");
            }
        }

        return row;
    }
}
