"""Models of random weights, small enough for a test, written as ordinary model folders."""

from __future__ import annotations

import string
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import torch
import transformers
from PIL import Image
from safetensors.torch import save_file
from tokenizers.pre_tokenizers import ByteLevel

from farm.takes.clip import encode_clip

CLIP_WIDTH = 8
VISION_WIDTH = 16
_FLOW = {"shift": 7.0}
_NOISE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "linear"}


def build(name: str, folder: Path) -> Path:
    """Write a tiny model; returns its folder."""
    place = folder / name
    if not place.exists():
        torch.set_num_threads(1)
        BUILDERS[name]().save_pretrained(place)
    return place


def contrasty(vae: Any) -> Any:
    """With pictures that are not all grey, as untrained decoders give them."""
    last = vae.decoder.conv_out
    with torch.no_grad():
        getattr(last, "conv", last).weight.mul_(8)
    return vae


def seeded(make: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    torch.manual_seed(0)
    return make(*args, **kwargs).eval()


# Words ------------------------------------------------------------------------------------------


def t5_tokenizer(**more: Any) -> Any:
    letters = string.ascii_letters + string.digits + ".,!?'-:;()\"/"
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("\u2581", -2.0)]
    pieces += [(letter, -3.0) for letter in letters]
    pieces += [(f"\u2581{letter}", -2.5) for letter in string.ascii_letters]
    return transformers.T5Tokenizer(vocab=pieces, extra_ids=0, model_max_length=512, **more)


def t5_encoder(tokenizer: Any, family: str = "T5", width: int = 32) -> Any:
    config = getattr(transformers, f"{family}Config")(
        vocab_size=len(tokenizer) + 4,
        d_model=width,
        d_ff=64,
        d_kv=8,
        num_layers=2,
        num_heads=4,
        decoder_start_token_id=0,
        tie_word_embeddings=False,
    )
    return seeded(getattr(transformers, f"{family}EncoderModel"), config)


def t5(family: str = "T5", width: int = 32) -> dict[str, Any]:
    tokenizer = t5_tokenizer()
    return {"tokenizer": tokenizer, "text_encoder": t5_encoder(tokenizer, family, width)}


def clip_tokenizer() -> Any:
    alphabet = sorted(ByteLevel.alphabet())
    words = ["<|startoftext|>", "<|endoftext|>", *alphabet, *(f"{letter}</w>" for letter in alphabet)]
    return transformers.CLIPTokenizer(
        vocab={word: number for number, word in enumerate(words)}, merges=[], model_max_length=77
    )


def clip_text(tokenizer: Any, width: int = CLIP_WIDTH, cls: str = "CLIPTextModel", **more: Any) -> Any:
    config = transformers.CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=37,
        num_attention_heads=4,
        num_hidden_layers=2,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
        **more,
    )
    return seeded(getattr(transformers, cls), config)


def clip_vision(width: int = VISION_WIDTH, size: int = 32, patch: int = 8) -> Any:
    config = transformers.CLIPVisionConfig(
        hidden_size=width,
        projection_dim=width,
        intermediate_size=37,
        num_hidden_layers=2,
        num_attention_heads=4,
        image_size=size,
        patch_size=patch,
    )
    return seeded(transformers.CLIPVisionModelWithProjection, config)


def image_processor(size: int = 32) -> Any:
    kind = getattr(transformers, "CLIPImageProcessorPil", transformers.CLIPImageProcessor)
    return kind(crop_size=size, size=size)


# Wan --------------------------------------------------------------------------------------------


def wan_parts(**transformer: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "patch_size": (1, 2, 2),
        "num_attention_heads": 2,
        "attention_head_dim": 12,
        "in_channels": 16,
        "out_channels": 16,
        "text_dim": 32,
        "freq_dim": 256,
        "ffn_dim": 32,
        "num_layers": 2,
        "cross_attn_norm": True,
        "qk_norm": "rms_norm_across_heads",
        "rope_max_seq_len": 32,
    } | transformer
    kind = diffusers.WanVACETransformer3DModel if "vace_layers" in values else diffusers.WanTransformer3DModel
    vae = seeded(
        diffusers.AutoencoderKLWan,
        base_dim=3,
        z_dim=16,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        temperal_downsample=[False, True, True],
    )
    with torch.no_grad():  # untrained encoders see hardly anything in a picture
        vae.encoder.conv_out.weight.mul_(100)
    return {
        **t5("UMT5"),
        "vae": contrasty(vae),
        "transformer": seeded(kind, **values),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(**_FLOW),
        "transformer_2": None,
    }


def wan() -> Any:
    return diffusers.WanPipeline(**wan_parts())


def wan_two() -> Any:
    """Wan 2.2: one transformer for much noise, another for little."""
    parts = wan_parts()
    torch.manual_seed(1)
    parts["transformer_2"] = diffusers.WanTransformer3DModel.from_config(parts["transformer"].config).eval()
    return diffusers.WanPipeline(**parts, boundary_ratio=0.9)


def wan_i2v() -> Any:
    return diffusers.WanImageToVideoPipeline(
        **wan_parts(in_channels=36, image_dim=4),
        image_encoder=clip_vision(4, 4, 1),
        image_processor=image_processor(4),
    )


def wan_flf() -> Any:
    """Wan 2.1's first and last frame to video: positions for what its image encoder sees of two pictures."""
    return diffusers.WanImageToVideoPipeline(
        **wan_parts(in_channels=36, image_dim=4, added_kv_proj_dim=24, pos_embed_seq_len=2 * 17),
        image_encoder=clip_vision(4, 4, 1),
        image_processor=image_processor(4),
    )


def wan_i2v_two() -> Any:
    """Wan 2.2's image to video: two transformers and no image encoder."""
    parts = wan_parts(in_channels=36)
    torch.manual_seed(1)
    parts["transformer_2"] = diffusers.WanTransformer3DModel.from_config(parts["transformer"].config).eval()
    return diffusers.WanImageToVideoPipeline(
        **parts, image_encoder=None, image_processor=None, boundary_ratio=0.9
    )


def wan_vace() -> Any:
    parts = wan_parts(num_layers=3, vace_layers=[0, 2], vace_in_channels=96)
    with torch.no_grad():  # as large as what is denoised, so that pictures are followed
        parts["transformer"].vace_patch_embedding.weight.mul_(10)
    return diffusers.WanVACEPipeline(**parts)


def wan_animate() -> Any:
    parts = wan_parts()
    del parts["transformer_2"]
    parts["transformer"] = seeded(
        diffusers.WanAnimateTransformer3DModel,
        patch_size=(1, 2, 2),
        num_attention_heads=2,
        attention_head_dim=12,
        in_channels=36,
        latent_channels=16,
        out_channels=16,
        text_dim=32,
        freq_dim=256,
        ffn_dim=32,
        num_layers=2,
        cross_attn_norm=True,
        qk_norm="rms_norm_across_heads",
        rope_max_seq_len=32,
        image_dim=4,
        motion_encoder_channel_sizes={"4": 16, "8": 16, "16": 16},
        motion_encoder_size=16,
        motion_style_dim=8,
        motion_dim=4,
        motion_encoder_dim=16,
        face_encoder_hidden_dim=16,
        face_encoder_num_heads=2,
        inject_face_latents_blocks=2,
    )
    return diffusers.WanAnimatePipeline(
        **parts, image_encoder=clip_vision(4, 4, 1), image_processor=image_processor(4)
    )


# LTX --------------------------------------------------------------------------------------------


def ltx() -> Any:
    transformer = seeded(
        diffusers.LTXVideoTransformer3DModel,
        in_channels=8,
        out_channels=8,
        patch_size=1,
        patch_size_t=1,
        num_attention_heads=4,
        attention_head_dim=8,
        cross_attention_dim=32,
        num_layers=2,
        caption_channels=32,
    )
    vae = seeded(
        diffusers.AutoencoderKLLTXVideo,
        in_channels=3,
        out_channels=3,
        latent_channels=8,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1,) * 5,
        decoder_layers_per_block=(1,) * 5,
        spatio_temporal_scaling=(True, True, False, False),
        decoder_spatio_temporal_scaling=(True, True, False, False),
        decoder_inject_noise=(False,) * 5,
        upsample_residual=(False,) * 4,
        upsample_factor=(1,) * 4,
        timestep_conditioning=False,
        patch_size=1,
        patch_size_t=1,
        encoder_causal=True,
        decoder_causal=False,
    )
    return diffusers.LTXPipeline(
        **t5(), vae=vae, transformer=transformer, scheduler=diffusers.FlowMatchEulerDiscreteScheduler()
    )


def ltx2() -> Any:
    from diffusers.pipelines.ltx2 import LTX2TextConnectors, LTX2Vocoder

    tokenizer = t5_tokenizer(padding_side="left")  # as Gemma's; its pipeline believes what the folder says
    words = len(tokenizer)
    config = transformers.Gemma3Config(
        text_config={
            "vocab_size": words + 8,
            "hidden_size": 16,
            "intermediate_size": 32,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "head_dim": 8,
            "sliding_window": 16,
            "max_position_embeddings": 2048,
            "pad_token_id": 0,
            "eos_token_id": 1,
            "bos_token_id": 1,
        },
        vision_config={
            "hidden_size": 16,
            "intermediate_size": 32,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "image_size": 28,
            "patch_size": 14,
        },
        mm_tokens_per_image=4,
        boi_token_index=words + 1,
        eoi_token_index=words + 2,
        image_token_index=words + 3,
    )
    transformer = seeded(
        diffusers.LTX2VideoTransformer3DModel,
        in_channels=4,
        out_channels=4,
        patch_size=1,
        patch_size_t=1,
        num_attention_heads=2,
        attention_head_dim=8,
        cross_attention_dim=16,
        audio_in_channels=4,
        audio_out_channels=4,
        audio_num_attention_heads=2,
        audio_attention_head_dim=4,
        audio_cross_attention_dim=8,
        num_layers=2,
        qk_norm="rms_norm_across_heads",
        caption_channels=16,
        rope_double_precision=False,
        rope_type="split",
    )
    connectors = {
        f"{kind}_connector_{name}": value
        for kind in ("video", "audio")
        for name, value in {
            "num_attention_heads": 4,
            "attention_head_dim": 4,
            "num_layers": 1,
            "num_learnable_registers": None,
        }.items()
    }
    vae = seeded(
        diffusers.AutoencoderKLLTX2Video,
        in_channels=3,
        out_channels=3,
        latent_channels=4,
        block_out_channels=(8,),
        decoder_block_out_channels=(8,),
        layers_per_block=(1,),
        decoder_layers_per_block=(1, 1),
        spatio_temporal_scaling=(True,),
        decoder_spatio_temporal_scaling=(True,),
        decoder_inject_noise=(False, False),
        downsample_type=("spatial",),
        upsample_residual=(False,),
        upsample_factor=(1,),
        timestep_conditioning=False,
        patch_size=1,
        patch_size_t=1,
        encoder_causal=True,
        decoder_causal=False,
    )
    audio = seeded(
        diffusers.AutoencoderKLLTX2Audio,
        base_channels=4,
        output_channels=2,
        ch_mult=(1,),
        num_res_blocks=1,
        attn_resolutions=None,
        in_channels=2,
        resolution=32,
        latent_channels=2,
        norm_type="pixel",
        causality_axis="height",
        dropout=0.0,
        mid_block_add_attention=False,
        sample_rate=16000,
        mel_hop_length=160,
        is_causal=True,
        mel_bins=8,
    )
    return diffusers.LTX2Pipeline(
        tokenizer=tokenizer,
        text_encoder=seeded(transformers.Gemma3ForConditionalGeneration, config),
        transformer=transformer,
        vae=vae,
        audio_vae=audio,
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(),
        connectors=seeded(
            LTX2TextConnectors,
            caption_channels=16,
            text_proj_in_factor=3,
            connector_rope_base_seq_len=32,
            rope_theta=10000.0,
            rope_double_precision=False,
            causal_temporal_positioning=False,
            rope_type="split",
            **connectors,
        ),
        vocoder=seeded(
            LTX2Vocoder,
            in_channels=16,
            hidden_channels=32,
            out_channels=2,
            upsample_kernel_sizes=[32, 20],
            upsample_factors=[16, 10],
            resnet_kernel_sizes=[3],
            resnet_dilations=[[1, 3, 5]],
            leaky_relu_negative_slope=0.1,
            output_sampling_rate=16000,
        ),
        processor=None,
        prompt_enhancer=None,
        duration_head=None,
    )


# Stable Diffusion -------------------------------------------------------------------------------


def unet(**more: Any) -> Any:
    values: dict[str, Any] = {
        "block_out_channels": (8, 8),
        "layers_per_block": 1,
        "sample_size": 8,
        "in_channels": 4,
        "out_channels": 4,
        "down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
        "cross_attention_dim": CLIP_WIDTH,
        "norm_num_groups": 2,
    } | more
    return seeded(diffusers.UNet2DConditionModel, **values)


def image_vae() -> Any:
    return seeded(
        diffusers.AutoencoderKL,
        block_out_channels=(8,) * 4,
        in_channels=3,
        out_channels=3,
        down_block_types=["DownEncoderBlock2D"] * 4,
        up_block_types=["UpDecoderBlock2D"] * 4,
        latent_channels=4,
        norm_num_groups=2,
        sample_size=256,
    )


def sd15() -> Any:
    tokenizer = clip_tokenizer()
    return diffusers.StableDiffusionPipeline(
        vae=image_vae(),
        text_encoder=clip_text(tokenizer),
        tokenizer=tokenizer,
        unet=unet(),
        scheduler=diffusers.DDIMScheduler(**_NOISE, clip_sample=False, steps_offset=1),
        safety_checker=None,
        feature_extractor=image_processor(),
        image_encoder=clip_vision(),
        requires_safety_checker=False,
    )


def sdxl() -> Any:
    tokenizer = clip_tokenizer()
    projected = clip_text(tokenizer, 16, "CLIPTextModelWithProjection", projection_dim=16)
    return diffusers.StableDiffusionXLPipeline(
        vae=image_vae(),
        text_encoder=clip_text(tokenizer, 8),
        text_encoder_2=projected,
        tokenizer=tokenizer,
        tokenizer_2=clip_tokenizer(),
        unet=unet(
            cross_attention_dim=24,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=6 * 8 + 16,
            transformer_layers_per_block=1,
            attention_head_dim=4,
        ),
        scheduler=diffusers.EulerDiscreteScheduler(**_NOISE),
        feature_extractor=image_processor(),
        image_encoder=clip_vision(),
        add_watermarker=False,
    )


def flux() -> Any:
    tokenizer, words = clip_tokenizer(), t5_tokenizer()
    transformer = seeded(
        diffusers.FluxTransformer2DModel,
        patch_size=1,
        in_channels=4,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=32,
        pooled_projection_dim=32,
        axes_dims_rope=(4, 4, 8),
        guidance_embeds=True,
    )
    vae = seeded(
        diffusers.AutoencoderKL,
        block_out_channels=(4,),
        in_channels=3,
        out_channels=3,
        latent_channels=1,
        norm_num_groups=1,
        use_quant_conv=False,
        use_post_quant_conv=False,
        shift_factor=0.06,
        scaling_factor=1.5,
    )
    return diffusers.FluxPipeline(
        vae=contrasty(vae),
        text_encoder=clip_text(tokenizer, 32),
        tokenizer=tokenizer,
        text_encoder_2=t5_encoder(words),
        tokenizer_2=words,
        transformer=transformer,
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(),
    )


def animatediff() -> Any:
    tokenizer = clip_tokenizer()
    adapter = seeded(
        diffusers.MotionAdapter,
        block_out_channels=(8, 8),
        motion_layers_per_block=1,
        motion_norm_num_groups=2,
        motion_num_attention_heads=4,
    )
    return diffusers.AnimateDiffPipeline(
        vae=image_vae(),
        text_encoder=clip_text(tokenizer),
        tokenizer=tokenizer,
        unet=unet(),
        motion_adapter=adapter,
        scheduler=diffusers.DDIMScheduler(**_NOISE, clip_sample=False, steps_offset=1),
        feature_extractor=image_processor(),
        image_encoder=clip_vision(),
    )


def svd() -> Any:
    torch.manual_seed(0)
    denoiser = diffusers.UNetSpatioTemporalConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=8,
        in_channels=8,
        out_channels=4,
        down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
        up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"),
        cross_attention_dim=VISION_WIDTH,
        num_attention_heads=(2, 2),
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=24,
    )
    vae = diffusers.AutoencoderKLTemporalDecoder(
        block_out_channels=(32,) * 4,
        in_channels=3,
        out_channels=3,
        down_block_types=["DownEncoderBlock2D"] * 4,
        latent_channels=4,
    )
    return diffusers.StableVideoDiffusionPipeline(
        vae=vae.eval(),
        image_encoder=clip_vision(VISION_WIDTH, 224, 56),
        unet=denoiser.eval(),
        scheduler=diffusers.EulerDiscreteScheduler(
            **_NOISE,
            prediction_type="v_prediction",
            use_karras_sigmas=True,
            timestep_type="continuous",
            sigma_min=0.002,
            sigma_max=700.0,
            timestep_spacing="leading",
        ),
        feature_extractor=image_processor(224),
    )


# CogVideoX and HunyuanVideo ---------------------------------------------------------------------


def cog_parts(channels: int = 4) -> dict[str, Any]:
    transformer = seeded(
        diffusers.CogVideoXTransformer3DModel,
        num_attention_heads=2,
        attention_head_dim=16,
        in_channels=channels,
        out_channels=4,
        time_embed_dim=2,
        text_embed_dim=32,
        num_layers=2,
        sample_width=8,
        sample_height=4,
        sample_frames=9,
        patch_size=2,
        temporal_compression_ratio=4,
        max_text_seq_length=226,
        use_rotary_positional_embeddings=True,
        use_learned_positional_embeddings=False,
    )
    vae = seeded(
        diffusers.AutoencoderKLCogVideoX,
        in_channels=3,
        out_channels=3,
        down_block_types=("CogVideoXDownBlock3D",) * 4,
        up_block_types=("CogVideoXUpBlock3D",) * 4,
        block_out_channels=(8, 8, 8, 8),
        latent_channels=4,
        layers_per_block=1,
        norm_num_groups=2,
        temporal_compression_ratio=4,
        sample_height=32,
        sample_width=64,
    )
    return {
        **t5(),
        "vae": contrasty(vae),
        "transformer": transformer,
        "scheduler": diffusers.CogVideoXDDIMScheduler(prediction_type="v_prediction"),
    }


def cogvideox() -> Any:
    return diffusers.CogVideoXPipeline(**cog_parts())


def cogvideox_i2v() -> Any:
    return diffusers.CogVideoXImageToVideoPipeline(**cog_parts(8))


def qwen_tokenizer() -> Any:
    alphabet = sorted(ByteLevel.alphabet())
    words = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *alphabet]
    tokenizer = transformers.Qwen2Tokenizer(
        vocab={word: number for number, word in enumerate(words)}, merges=[], model_max_length=4096
    )
    tokenizer.chat_template = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
    return tokenizer


def hunyuan_parts(task: str) -> dict[str, Any]:
    tokenizer = qwen_tokenizer()
    config = transformers.Qwen2_5_VLTextConfig(
        vocab_size=len(tokenizer) + 8,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=3,
        num_attention_heads=2,
        num_key_value_heads=2,
        rope_parameters={"mrope_section": [1, 1, 2], "rope_type": "default", "rope_theta": 1e6},
        max_position_embeddings=4096,
    )
    bytes_tokenizer = transformers.ByT5Tokenizer()
    glyphs = transformers.T5Config(
        vocab_size=384,
        d_model=16,
        d_ff=32,
        d_kv=8,
        num_layers=1,
        num_heads=2,
        tie_word_embeddings=False,
    )
    transformer = seeded(
        diffusers.HunyuanVideo15Transformer3DModel,
        in_channels=9,
        out_channels=4,
        num_attention_heads=2,
        attention_head_dim=8,
        num_layers=2,
        num_refiner_layers=1,
        mlp_ratio=2.0,
        text_embed_dim=16,
        text_embed_2_dim=16,
        image_embed_dim=16,
        rope_axes_dim=(2, 2, 4),
        target_size=64,
        task_type=task,
    )
    vae = seeded(
        diffusers.AutoencoderKLHunyuanVideo15,
        latent_channels=4,
        block_out_channels=(8, 8, 8, 8, 8),
        layers_per_block=1,
    )
    return {
        "text_encoder": seeded(transformers.Qwen2_5_VLTextModel, config),
        "tokenizer": tokenizer,
        "text_encoder_2": seeded(transformers.T5EncoderModel, glyphs),
        "tokenizer_2": bytes_tokenizer,
        "transformer": transformer,
        "vae": contrasty(vae),
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(**_FLOW),
        "guider": diffusers.ClassifierFreeGuidance(guidance_scale=6.0),
    }


def hunyuan() -> Any:
    return diffusers.HunyuanVideo15Pipeline(**hunyuan_parts("t2v"))


def hunyuan_i2v() -> Any:
    config = transformers.SiglipVisionConfig(
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=378,
        patch_size=14,
    )
    processor = getattr(transformers, "SiglipImageProcessorPil", transformers.SiglipImageProcessor)
    return diffusers.HunyuanVideo15ImageToVideoPipeline(
        **hunyuan_parts("i2v"),
        image_encoder=seeded(transformers.SiglipVisionModel, config),
        feature_extractor=processor(size={"height": 378, "width": 378}),
    )


# LoRAs, adapters and pictures ---------------------------------------------------------------------


def lora(model: Path, component: str, path: Path, seed: int) -> Path:
    """Write a LoRA of random weights for a component of a model."""
    denoiser = diffusers.DiffusionPipeline.from_pretrained(str(model), local_files_only=True).components[
        component
    ]
    generator = torch.Generator().manual_seed(seed)
    tensors = {}
    for name, module in denoiser.named_modules():
        if name.endswith(("to_q", "to_v")) and "motion" not in name:
            high, wide = module.weight.shape
            tensors[f"{component}.{name}.lora_A.weight"] = torch.randn(4, wide, generator=generator)
            tensors[f"{component}.{name}.lora_B.weight"] = torch.randn(high, 4, generator=generator)
    save_file(tensors, path)
    return path


def ip_adapter(model: Path, folder: Path, name: str, seed: int) -> None:
    """Write an IP-Adapter of random weights for a model, and its image encoder, into a folder."""
    pipe = diffusers.DiffusionPipeline.from_pretrained(str(model), local_files_only=True)
    generator = torch.Generator().manual_seed(seed)

    def some(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator) * 0.5

    def projection(of: str, width: int, count: int = 4) -> dict[str, torch.Tensor]:
        return {
            f"{of}.proj.weight": some(width * count, VISION_WIDTH),
            f"{of}.proj.bias": some(width * count),
            f"{of}.norm.weight": torch.ones(width),
            f"{of}.norm.bias": torch.zeros(width),
        }

    if hasattr(pipe, "unet"):
        width = pipe.unet.config.cross_attention_dim
        tensors = projection("image_proj", width)
        number = 1
        for place in pipe.unet.attn_processors:
            if "motion_module" in place or place.endswith("attn1.processor"):
                continue
            layer = pipe.unet.get_submodule(place.removesuffix(".processor"))
            for kind in ("k", "v"):
                tensors[f"ip_adapter.{number}.to_{kind}_ip.weight"] = some(layer.to_q.out_features, width)
            number += 2
    else:
        width = pipe.transformer.config.joint_attention_dim
        tensors = projection("ip_adapter_proj_model", width)
        for block in range(pipe.transformer.config.num_layers):
            for kind in ("k", "v"):
                place = f"double_blocks.{block}.processor.ip_adapter_double_stream_{kind}_proj"
                tensors[f"{place}.weight"] = some(pipe.transformer.inner_dim, width)
                tensors[f"{place}.bias"] = some(pipe.transformer.inner_dim)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / name)
    clip_vision().save_pretrained(folder / "image_encoder")


def picture(path: Path, seed: int) -> Path:
    """Write a picture of coarse noise."""
    rough = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    Image.fromarray(rough).resize((64, 48), Image.Resampling.BICUBIC).save(path)
    return path


def video(path: Path, seed: int, frames: int = 12, rate: int = 24) -> Path:
    """Write a video of coarse noise that changes from frame to frame."""
    random = np.random.default_rng(seed)
    rough = random.integers(0, 256, (frames, 6, 8, 3), np.uint8)
    pictures = (np.asarray(Image.fromarray(one).resize((64, 48), Image.Resampling.BICUBIC)) for one in rough)
    encode_clip(pictures, path, Fraction(rate))
    return path


BUILDERS: dict[str, Callable[[], Any]] = {
    "wan": wan,
    "wan-two": wan_two,
    "wan-i2v": wan_i2v,
    "wan-flf": wan_flf,
    "wan-i2v-two": wan_i2v_two,
    "wan-vace": wan_vace,
    "wan-animate": wan_animate,
    "ltx": ltx,
    "ltx-2": ltx2,
    "sd15": sd15,
    "sdxl": sdxl,
    "flux": flux,
    "animatediff": animatediff,
    "svd": svd,
    "cogvideox": cogvideox,
    "cogvideox-i2v": cogvideox_i2v,
    "hunyuan-1.5": hunyuan,
    "hunyuan-1.5-i2v": hunyuan_i2v,
}
