using System.Text;

namespace MuLambda.Tests.Fuzz;

/// <summary>
/// Damages a protocol buffers message so that it stays one: the parser lets it through, and what comes after has to notice.
/// </summary>
internal sealed class ProtoMutator
{
    private readonly List<ProtoField> original;
    private readonly byte[][] words;

    /// <param name="message">The message.</param>
    /// <param name="words">Texts that may replace others.</param>
    public ProtoMutator(byte[] message, params IEnumerable<string> words)
    {
        original = ProtoField.Parse(message) ?? throw new ArgumentException("This is no message of protocol buffers.", nameof(message));
        this.words = [.. words.Select(Encoding.UTF8.GetBytes)];
    }

    public byte[] Damage(Random random)
    {
        var fields = original.ConvertAll(f => f.Clone());
        for (var i = random.Next(3) == 0 ? random.Next(2, 6) : 1; i > 0 && fields.Count > 0; i--)
        {
            Once(fields, random);
        }

        return ProtoField.Write(fields);
    }

    private void Once(List<ProtoField> root, Random random)
    {
        var places = new List<(List<ProtoField> Siblings, int Index)>();
        Collect(root, places);
        var (siblings, at) = places[random.Next(places.Count)];
        var field = siblings[at];
        var (others, otherAt) = Alike(places, field, random);
        var other = others[otherAt];
        switch (random.Next(12))
        {
            case 0:
                siblings.RemoveAt(at);
                break;
            case 1:
                siblings.InsertRange(at, Enumerable.Range(0, random.Next(8) == 0 ? 200 : 1).Select(_ => field.Clone()));
                break;
            case 2:
                siblings[at] = other.Clone();
                break;
            case 3:
                siblings.Insert(random.Next(siblings.Count + 1), other.Clone());
                break;
            case 4 when !Contains(field, other) && !Contains(other, field):
                (siblings[at], others[otherAt]) = (other, field);
                break;
            case 5:
                field.Number = random.Next(2) == 0 ? random.Next(1, 32) : Math.Max(1, field.Number + random.Next(-2, 3));
                break;
            case 6 when field.Children is not null:
                Nest(field, random);
                break;
            default:
                Content(field, other, random);
                break;
        }
    }

    private void Content(ProtoField field, ProtoField other, Random random)
    {
        if (field.Wire != ProtoField.Delimited)
        {
            field.Value = unchecked((ulong)Interesting.Number(random, (long)field.Value));
            return;
        }

        var bytes = field.Children is null ? field.Bytes : ProtoField.Write(field.Children);
        field.Children = null;
        field.Bytes = random.Next(10) switch
        {
            0 => [],
            1 => ByteMutator.Damage(bytes, random),
            2 => ByteMutator.Noise(40, random),
            3 => [.. bytes, .. Encoding.UTF8.GetBytes(":" + Interesting.Number(random))],
            4 => [.. "^"u8, .. bytes],
            5 or 6 when words.Length > 0 => words[random.Next(words.Length)],
            _ => other.Children is null ? other.Bytes : ProtoField.Write(other.Children),
        };
    }

    // A message in itself, some levels deep.
    private static void Nest(ProtoField field, Random random)
    {
        for (var i = random.Next(1, 200); i > 0; i--)
        {
            field.Children = [new ProtoField { Number = field.Number, Wire = ProtoField.Delimited, Children = field.Children }];
        }
    }

    private static (List<ProtoField> Siblings, int Index) Alike(List<(List<ProtoField> Siblings, int Index)> places, ProtoField field, Random random)
    {
        for (var i = 0; i < 20; i++)
        {
            var place = places[random.Next(places.Count)];
            var other = place.Siblings[place.Index];
            if (other.Wire == field.Wire && (i > 10 || other.Number == field.Number) && other.Children is null == field.Children is null)
            {
                return place;
            }
        }

        return places[random.Next(places.Count)];
    }

    private static bool Contains(ProtoField field, ProtoField other) =>
        field == other || field.Children?.Any(c => Contains(c, other)) == true;

    private static void Collect(List<ProtoField> fields, List<(List<ProtoField> Siblings, int Index)> places)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            places.Add((fields, i));
            if (fields[i].Children is { } children)
            {
                Collect(children, places);
            }
        }
    }
}
