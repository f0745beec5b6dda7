using System.Text;
using MuLambda.Inference.SavedModels.Bundles;
using MuLambda.Inference.Tests.Graphs;
using Xunit.Abstractions;

namespace MuLambda.Inference.Tests.Bundles;

public sealed class TensorBundleTests(ITestOutputHelper output)
{
    private static readonly TensorSlice Top = new([(0, 2), (0, TensorSlice.Whole)]);
    private static readonly TensorSlice Bottom = new([(2, 1), (0, TensorSlice.Whole)]);

    [Theory]
    [InlineData(1, false, 16)]
    [InlineData(3, false, 2)]
    [InlineData(2, true, 3)]
    [InlineData(1, true, 100)]
    public void Tensors_of_every_type_are_read_from_any_number_of_files_and_blocks(int shards, bool compressed, int entriesInBlock)
    {
        var writer = new BundleWriter(shards) { Compressed = compressed, EntriesInBlock = entriesInBlock };
        foreach (var type in DTypes.All.Where(t => t != DType.String))
        {
            writer.Add($"layer/with/a/long/name/{type}", Filled(type));
        }

        writer.Add("strings", Tensor.FromStrings([Encoding.UTF8.GetBytes("ü"), default, new byte[300]], [3, 1]));
        writer.Add("empty", Tensor.Create(DType.Float32, [0, 4]));
        writer.Add("scalar", Tensor.From<float>([7], []));
        using var folder = writer.Save(new ModelFolder());
        using var bundle = Open(folder);
        foreach (var type in DTypes.All.Where(t => t != DType.String))
        {
            using var expected = Filled(type);
            using var read = bundle.Read($"layer/with/a/long/name/{type}").ToTensor("t");
            read.ToString().ShouldBe(expected.ToString());
            read.Bytes.ToArray().ShouldBe(expected.Bytes.ToArray());
        }

        using var strings = bundle.Read("strings").ToTensor("t");
        strings.ToString().ShouldBe("string[3,1]");
        strings.Strings.ToArray().Select(s => s.Length).ShouldBe([2, 0, 300]);
        bundle.Read("empty").ToTensor("t").ToString().ShouldBe("float32[0,4]");
        bundle.Read("scalar").ToTensor("t").ShouldHold([], 7f);
        bundle.Contains("other").ShouldBeFalse();
    }

    [TestDataFact]
    public void What_tensorflow_wrote_is_read()
    {
        using var one = TensorBundle.Open(Path.Combine(Repository.TestData!, "saved_model_half_plus_two_cpu/00000123/variables/variables"), ModelLimits.Default)!;
        new[] { "a", "a2", "b", "c", "c2" }.Select(n => one.Read(n).ToTensor(n).AsReadOnlySpan<float>()[0]).ShouldBe([.5f, .5f, 2, 3, 3]);
        using var two = TensorBundle.Open(Path.Combine(Repository.TestData!, "saved_model_half_plus_two_tf2_cpu/00000123/variables/variables"), ModelLimits.Default)!;
        two.Read("c/.ATTRIBUTES/VARIABLE_VALUE").ToTensor("c").ShouldHold([], 3f);
        two.Read("_CHECKPOINTABLE_OBJECT_GRAPH").StringVal.ShouldHaveSingleItem().Length.ShouldBe(613);
    }

    [TestDataFact]
    public void The_writer_of_these_tests_writes_as_tensorflow_does()
    {
        var folder = Path.Combine(Repository.TestData!, "saved_model_half_plus_two_tf2_cpu/00000123/variables");
        var theirs = SortedTable.Read(File.ReadAllBytes(Path.Combine(folder, "variables.index")));
        using var bundle = TensorBundle.Open(Path.Combine(folder, "variables"), ModelLimits.Default)!;
        var writer = new BundleWriter { Compressed = true };
        foreach (var name in new[] { "a/.ATTRIBUTES/VARIABLE_VALUE", "b/.ATTRIBUTES/VARIABLE_VALUE", "c/.ATTRIBUTES/VARIABLE_VALUE", "_CHECKPOINTABLE_OBJECT_GRAPH" })
        {
            writer.Add(name, bundle.Read(name).ToTensor(name));
        }

        var files = writer.Files();
        files["variables.data-00000-of-00001"].ShouldBe(File.ReadAllBytes(Path.Combine(folder, "variables.data-00000-of-00001")));
        var ours = SortedTable.Read(files["variables.index"]);
        ours.Keys.ShouldBe(theirs.Keys);
        ours.Select(e => Convert.ToHexString(e.Value.Span)).ShouldBe(theirs.Select(e => Convert.ToHexString(e.Value.Span)));
    }

    [Fact]
    public void Slices_are_put_together_cut_out_and_read_one_by_one()
    {
        using var folder = Sliced().Save(new ModelFolder());
        using var bundle = Open(folder);
        bundle.Read("w").ToTensor("w").ShouldHold([3, 2], 1f, 2, 3, 4, 5, 6);
        bundle.Read("w", TensorSlice.Parse("3 2 0,2:-")).ToTensor("w").ShouldHold([2, 2], 1f, 2, 3, 4);
        bundle.Read("w", TensorSlice.Parse("3 2 2,1:-")).ToTensor("w").ShouldHold([1, 2], 5f, 6);
        bundle.Read("w", TensorSlice.Parse("3 2 1,2:1,1")).ToTensor("w").ShouldHold([2, 1], 4f, 6);
        bundle.Read("whole", TensorSlice.Parse("2 3 0,2:1,2")).ToTensor("w").ShouldHold([2, 2], 2f, 3, 5, 6);
        Refused(() => bundle.Read("whole", TensorSlice.Parse("2 3 0,2:2,2"))).ShouldContain("tensor whole of shape [2,3] has no such slice");
        TensorSlice.Parse("3 2 0,2").ShouldBeNull();
        TensorSlice.Parse("3 2").ShouldBeNull();
        TensorSlice.Parse("3 2 a:-").ShouldBeNull();
    }

    [Fact]
    public void Slice_keys_sort_as_their_starts()
    {
        var keys = new long[] { 0, 1, 63, 64, 8191, 8192, 1L << 34, 1L << 55, 1L << 62, long.MaxValue }
            .Select(start => SortedTable.Key(SliceKey.Encode("w\0\u00ff", new TensorSlice([(start, -1)])))).ToArray();
        keys.ShouldBe(keys.Order(StringComparer.Ordinal));
        Convert.ToHexString(SliceKey.Encode("w", new TensorSlice([(0, 5), (64, -1)]))).ShouldBe("00" + "77" + "0001" + "0102" + "80" + "85" + "C040" + "7F");
    }

    [Fact]
    public void What_is_wrong_with_the_files_is_named()
    {
        Refused(w => w.Header.Endianness = Protocol.TensorFlow.BundleHeaderProto.Types.Endianness.Big).ShouldContain("written with the byte order Big");
        Refused(w => w.Header.NumShards = 0).ShouldContain("it claims 0 data files");
        Refused(w => w.Header.Version.MinConsumer = 2).ShouldContain("it needs a reader of version 2");
        Refused(w => w.Change("x", e => e.Crc32C ^= 1)).ShouldEndWith("variables.data-00000-of-00001 is damaged: the checksum of tensor x does not match.");
        Refused(w => w.Change("x", e => e.Offset = 1)).ShouldEndWith("variables.data-00000-of-00001 has 8 bytes; tensor x should lie at 1 and take 8.");
        Refused(w => w.Change("x", e => e.Size = long.MaxValue)).ShouldContain("has 8 bytes; tensor x should lie at 0");
        Refused(w => w.Change("x", e => e.ShardId = 1)).ShouldContain("tensor x lies in data file 1; there are 1");
        Refused(w => w.Change("x", e => e.Shape.Dim[0].Size = 3)).ShouldContain("tensor x is float32[3] and takes 8 bytes, which does not fit");
        Refused(w => w.Change("x", e => e.Shape.Dim[0].Size = long.MaxValue)).ShouldContain("which does not fit");
        Refused(w => w.Change("x", e => e.Shape.Dim[0].Size = -2)).ShouldContain("tensor x has no shape that a variable can have");
        Refused(w => w.Change("x", e => e.Dtype = Protocol.TensorFlow.DataType.DtComplex64)).ShouldContain("tensor x has the type DtComplex64, which is not supported");
        Refused(w => w.Change("x", e => e.Dtype = Protocol.TensorFlow.DataType.DtString)).ShouldContain("the strings of tensor x are damaged");
    }

    [Fact]
    public void A_missing_or_short_data_file_is_named()
    {
        using var folder = new BundleWriter(2).Add("x", Tensor.From<float>([1, 2], [2])).Add("y", Tensor.From<float>([1], [1])).Save(new ModelFolder());
        File.Delete(Path.Combine(folder.Path, "variables/variables.data-00001-of-00002"));
        folder.Write("variables/variables.data-00000-of-00002", new byte[7]);
        using var bundle = Open(folder);
        Refused(() => bundle.Read("x")).ShouldContain("has 7 bytes; tensor x should lie at 0 and take 8");
        Refused(() => bundle.Read("y")).ShouldContain("variables.data-00001-of-00002, which holds tensor y, cannot be read");
        Refused(() => bundle.Read("z")).ShouldContain("it has no tensor z");
    }

    [Fact]
    public void Slices_that_do_not_fill_the_tensor_are_refused()
    {
        Refused(Sliced().Change("w", e => e.Slices.RemoveAt(1)), "w").ShouldContain("the slices of tensor w have 16 bytes together; its shape [3,2] takes 24");
        Refused(Sliced().Change("w", e => e.Shape.Dim[0].Size = 1L << 40), "w").ShouldContain("which its slices do not fill");
        Refused(Sliced().Change("w", e => e.Slices[0].Extent[0].Start = 1), "w").ShouldContain("it has no entry for a slice of tensor w");
        Refused(Sliced().Change("w", e => e.Slices[0].Extent[0].Start = 2), "w").ShouldContain("has a slice outside it");
    }

    [Fact]
    public void Snappy_unpacks_what_was_packed_and_refuses_the_rest()
    {
        var random = new Random(7);
        byte[] input = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i % 97 < 60 ? i % 13 : random.Next(256)))];
        var packed = BundleWriter.Compress(input);
        packed.Length.ShouldBeLessThan(input.Length);
        Snappy.Decompress(packed).ShouldBe(input);
        Snappy.Decompress([4, 60 << 2, 3, 1, 2, 3, 4]).ShouldBe([1, 2, 3, 4]);
        Snappy.Decompress([5, 0, 9, (byte)(3 | (3 << 2)), 1, 0, 0, 0]).ShouldBe([9, 9, 9, 9, 9]);
        Should.Throw<InvalidDataException>(() => Snappy.Decompress([200, 1, 0, 9])).Message.ShouldContain("claims to hold 200");
        Should.Throw<InvalidDataException>(() => Snappy.Decompress([4, 0, 9, 1, 2])).Message.ShouldContain("copies from outside itself");
        Should.Throw<InvalidDataException>(() => Snappy.Decompress([4, 0, 9])).Message.ShouldContain("less than it claims");
        Should.Throw<InvalidDataException>(() => Snappy.Decompress([1, 4, 9, 9])).Message.ShouldContain("more than it claims");
    }

    [Fact]
    public void The_checksum_is_the_one_of_castagnoli()
    {
        Crc32C.Append(0, "123456789"u8).ShouldBe(0xE3069283);
        Crc32C.Append(Crc32C.Append(0, "1234"u8), "56789"u8).ShouldBe(0xE3069283);
        Crc32C.Masked("123456789"u8).ShouldBe(unchecked(((0xE3069283u >> 15) | (0xE3069283u << 17)) + 0xA282EAD8u));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Damaged_bundles_are_refused_or_do_no_harm(bool compressed)
    {
        const int Seed = 20_26;
        output.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        var files = Sliced(compressed).Files();
        using var folder = new ModelFolder();
        var refused = 0;
        for (var i = 0; i < 400; i++)
        {
            foreach (var (name, bytes) in files)
            {
                byte[] damaged = [.. bytes];
                for (var flips = random.Next(0, 3); flips > 0; flips--)
                {
                    damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                }

                folder.Write("variables/" + name, random.Next(10) == 0 ? damaged[..random.Next(damaged.Length)] : damaged);
            }

            try
            {
                using var bundle = Open(folder);
                bundle.Read("w").TensorContent.Length.ShouldBe(24);
                bundle.Read("whole").TensorContent.Length.ShouldBe(24);
                bundle.Read("text").StringVal.Count.ShouldBe(2);
            }
            catch (ModelFormatException)
            {
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(200);
    }

    private static BundleWriter Sliced(bool compressed = false) => new BundleWriter(2) { Compressed = compressed }
        .AddSlices("w", DType.Float32, [3, 2], (Top, Tensor.From<float>([1, 2, 3, 4], [2, 2])), (Bottom, Tensor.From<float>([5, 6], [1, 2])))
        .Add("whole", Tensor.From<float>([1, 2, 3, 4, 5, 6], [2, 3]))
        .Add("text", Tensor.FromStrings([new byte[5], new byte[2]], [2]));

    private static Tensor Filled(DType type)
    {
        var tensor = Tensor.Create(type, [2, 3]);
        for (var i = 0; i < tensor.ByteLength; i++)
        {
            tensor.AsBytes()[i] = (byte)(type == DType.Bool ? i & 1 : i * 7);
        }

        return tensor;
    }

    private static TensorBundle Open(ModelFolder folder) => TensorBundle.Open(Path.Combine(folder.Path, "variables/variables"), ModelLimits.Default).ShouldNotBeNull();

    private static string Refused(Action<BundleWriter> damage)
    {
        var writer = new BundleWriter().Add("x", Tensor.From<float>([1, 2], [2]));
        damage(writer);
        return Refused(writer, "x");
    }

    private static string Refused(BundleWriter writer, string name)
    {
        using var folder = writer.Save(new ModelFolder());
        return Refused(() =>
        {
            using var bundle = Open(folder);
            bundle.Read(name);
        });
    }

    private static string Refused(Action read) => Should.Throw<ModelFormatException>(read).Message;
}
