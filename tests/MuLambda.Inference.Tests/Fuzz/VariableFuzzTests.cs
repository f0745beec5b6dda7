using MuLambda.Inference.Tests.Graphs;
using MuLambda.Protocol.TensorFlow;
using Xunit.Abstractions;

namespace MuLambda.Inference.Tests.Fuzz;

/// <summary>
/// Damaged variables are refused; so are entries that lie in a sound index with the right checksums. Nothing else happens.
/// </summary>
public sealed class VariableFuzzTests(ITestOutputHelper output)
{
    private const string Index = "variables/variables.index";
    private const string Data = "variables/variables.data-00000-of-00001";
    private static readonly byte[] Model = Samples.Functions().ToBytes();

    [Fact]
    public void A_damaged_index_is_refused()
    {
        using var target = Target();
        var index = Bundle().Files()["variables.index"];
        new FuzzCampaign("bundle index", 400, output.WriteLine).Run(
            r => ByteMutator.Damage(index, r), damaged => target.Try(Index, damaged)).ShouldBeGreaterThan(.7);
    }

    [Fact]
    public void Damaged_data_is_refused()
    {
        using var target = Target();
        new FuzzCampaign("bundle data", 200, output.WriteLine).Run(
            r => r.Next(2) == 0 ? ByteMutator.Truncate([0, 0, 0, 64], r) : ByteMutator.Damage([0, 0, 0, 64], r), damaged => target.Try(Data, damaged)).ShouldBeGreaterThan(.5);
    }

    [Fact]
    public void Entries_that_lie_never_get_further_than_the_loader()
    {
        using var target = Target();
        new FuzzCampaign("bundle entries", 500, output.WriteLine).Run(Lie, damaged => target.Try(Index, damaged)).ShouldBeGreaterThan(.5);
    }

    private static ModelTarget Target()
    {
        var target = new ModelTarget("saved_model.pb");
        Bundle().Save(target.Folder);
        target.Try(Model).ShouldBeNull();
        return target;
    }

    private static BundleWriter Bundle() => new BundleWriter().Add("w", Tensor.From<float>([2], [1]));

    private static byte[] Lie(Random random)
    {
        var writer = new BundleWriter { Compressed = random.Next(2) == 0 }.Add("w", Tensor.From<float>([2], [1]));
        for (var i = random.Next(1, 3); i > 0; i--)
        {
            writer.Change("w", e => Lie(e, writer.Header, random));
        }

        return writer.Files()["variables.index"];
    }

    private static void Lie(BundleEntryProto entry, BundleHeaderProto header, Random random)
    {
        var number = Interesting.Number(random);
        var small = unchecked((int)number);
        switch (random.Next(9))
        {
            case 0: entry.Offset = number; break;
            case 1: entry.Size = number; break;
            case 2: entry.ShardId = small; break;
            case 3: entry.Dtype = (DataType)(random.Next(3) == 0 ? small : random.Next(30)); break;
            case 4: entry.Shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dim { Size = number } } }; break;
            case 5: entry.Shape?.Dim.Add(new TensorShapeProto.Types.Dim { Size = number }); break;
            case 6: entry.Slices.Add(new TensorSliceProto { Extent = { new TensorSliceProto.Types.Extent { Start = Interesting.Number(random), Length = number } } }); break;
            case 7: header.NumShards = small; break;
            default: entry.Shape = random.Next(2) == 0 ? null : new TensorShapeProto { UnknownRank = true }; break;
        }
    }
}
