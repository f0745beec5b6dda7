using MuLambda.Inference.Onnx;
using MuLambda.Inference.Onnx.Proto;
using Xunit.Abstractions;

namespace MuLambda.Inference.Tests.Fuzz;

/// <summary>A damaged ONNX file is refused or, where the damage does no harm, loads and runs; nothing else happens.</summary>
public sealed class OnnxFuzzTests(ITestOutputHelper output)
{
    private static readonly byte[][] Models = OnnxGraphs.All();
    private static readonly ProtoMutator[] Mutators = [.. Models.Select(m => new ProtoMutator(m, OnnxGraphs.Words))];

    [Fact]
    public void The_models_load_and_run_undamaged()
    {
        using var target = new ModelTarget("m.onnx");
        Models.Select(target.Try).ShouldAllBe(refusal => refusal == null);
    }

    [Fact]
    public void Damaged_bytes_never_get_further_than_the_loader()
    {
        using var target = new ModelTarget("m.onnx");
        new FuzzCampaign("onnx bytes", 500, output.WriteLine).Run(r => ByteMutator.Damage(Models[r.Next(Models.Length)], r), target.Try).ShouldBeGreaterThan(.3);
    }

    // What lies about itself in a sound message goes through our own eyes only: ONNX Runtime aborts its process at about one in a
    // thousand of these, which is why the registry has an upload's model loaded by a process of its own.
    [Fact]
    public void Damaged_messages_are_refused_or_let_through_to_the_runtime()
    {
        new FuzzCampaign("onnx messages", 1000, output.WriteLine) { BytesPerByte = 128 }.Run(r => Mutators[r.Next(Models.Length)].Damage(r), Check).ShouldBeInRange(.05, .9);
    }

    [Fact]
    public void Functions_of_a_models_own_are_refused_by_name()
    {
        using var target = new ModelTarget("m.onnx");
        target.Try(OnnxGraphs.Functions()).ShouldBe("/m.onnx defines functions of its own (Twice), which is not supported; save the model with its functions inlined.");
    }

    [Fact]
    public void A_missing_operand_of_an_operator_that_takes_any_number_is_refused()
    {
        var model = OnnxGraphs.Model([], OnnxGraphs.Node("Einsum", "x ", "y", OnnxGraphs.Text("equation", "ij,kj->ik")));
        using var target = new ModelTarget("m.onnx");
        target.Try(model).ShouldBe("/m.onnx: operator Einsum (node ) has an input without a name.");
    }

    [Fact]
    public void A_file_of_messages_of_two_bytes_is_refused_before_they_become_objects()
    {
        byte[] initializers = [.. Enumerable.Repeat<byte[]>([0x2a, 0], 1 << 20).SelectMany(b => b)];
        var graph = ProtoField.Write([new ProtoField { Number = 7, Wire = ProtoField.Delimited, Bytes = initializers }]);
        using var target = new ModelTarget("m.onnx");
        target.Try(graph).ShouldNotBeNull().ShouldContain("its messages would take about");
    }

    private static string? Check(byte[] bytes)
    {
        try
        {
            OnnxModelCheck.Check("m.onnx", ModelFile.Parse("m.onnx", bytes, ModelProto.Parser, ModelLimits.Default), ModelLimits.Default);
            return null;
        }
        catch (ModelFormatException e)
        {
            e.Message.ShouldStartWith("m.onnx");
            return e.Message;
        }
    }
}
