using System.Text.Json;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Rest;

/// <summary>Reads the tensors of a signature from a member of a predict body, in rows or in columns.</summary>
/// <param name="tensors">The tensors that are expected.</param>
/// <param name="format">The member's form.</param>
/// <param name="member">The member's name, for messages.</param>
/// <param name="limits">Size limits.</param>
internal sealed class NamedTensorsReader(
    IReadOnlyList<TensorSignature> tensors, PredictJsonFormat format, string member, PredictJsonLimits limits) : IDisposable
{
    private TensorJsonReader[] _readers = [];

    /// <summary>Whether outputs are read from an answer, whose lists say what the shapes are.</summary>
    public bool IsAnswer { get; init; }

    private string Kind => IsAnswer ? "output" : "input";

    /// <summary>Reads a list of rows, on whose start the reader stands.</summary>
    /// <returns>How many there are.</returns>
    public int ReadRows(ref Utf8JsonReader reader)
    {
        var rows = 0;
        var named = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (rows == 0)
            {
                named = IsNamed(ref reader);
                Start(named, $"{member}[0]");
            }

            if (named)
            {
                ReadNamed(ref reader, $"{member}[{rows}]", rows);
            }
            else
            {
                _readers[0].ReadRow(ref reader, rows);
            }

            rows++;
        }

        if (rows == 0)
        {
            Start(named: true, member);
        }

        return rows;
    }

    /// <summary>Reads the tensors as wholes from the value the reader stands on.</summary>
    public void ReadColumns(ref Utf8JsonReader reader)
    {
        var named = IsNamed(ref reader);
        Start(named, member);
        if (named)
        {
            ReadNamed(ref reader, member, row: null);
        }
        else
        {
            _readers[0].ReadWhole(ref reader);
        }
    }

    /// <summary>The tensors; in row form with the given number of rows.</summary>
    public Dictionary<string, TensorProto> Build(int? rows) => _readers.ToDictionary(t => t.Name, t => t.Build(rows));

    public void Dispose()
    {
        foreach (var reader in _readers)
        {
            reader.Dispose();
        }
    }

    private void ReadNamed(ref Utf8JsonReader reader, string path, int? row)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new PredictJsonException(path, $"expected an object with {Names()}");
        }

        Span<bool> given = _readers.Length <= 64 ? stackalloc bool[_readers.Length] : new bool[_readers.Length];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var i = IndexOf(ref reader);
            if (i < 0 || given[i])
            {
                throw new PredictJsonException(
                    $"{path}.{reader.GetString()}", i < 0 ? $"JSON object: does not have named {Kind}: {reader.GetString()}; the signature has {Names()}" : "given twice");
            }

            given[i] = true;
            reader.Read();
            if (row is { } number)
            {
                _readers[i].ReadRow(ref reader, number);
            }
            else
            {
                _readers[i].ReadWhole(ref reader);
            }
        }

        var missing = given.IndexOf(false);
        if (missing >= 0)
        {
            throw new PredictJsonException($"{path}.{_readers[missing].Name}", $"the {Kind} is missing");
        }
    }

    private void Start(bool named, string path)
    {
        if (!named && tensors.Count != 1)
        {
            throw new PredictJsonException(
                path, $"the signature has {tensors.Count} {Kind}s; expected an object with {string.Join(", ", tensors.Select(i => $"'{i.Name}'"))}");
        }

        var budget = new ElementBudget(limits.MaxElements);
        _readers = [.. tensors.Select(tensor => new TensorJsonReader(tensor, limits, format, named)
        {
            Root = member, Budget = budget, IsAnswer = IsAnswer,
        })];
    }

    private static bool IsNamed(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.StartObject && !Base64Value.IsOne(reader);

    private int IndexOf(ref Utf8JsonReader reader)
    {
        for (var i = 0; i < _readers.Length; i++)
        {
            if (reader.ValueTextEquals(_readers[i].Name))
            {
                return i;
            }
        }

        return -1;
    }

    private string Names() => string.Join(", ", _readers.Select(t => $"'{t.Name}'"));
}
