/**
 * Language models: decoder-only transformers in the layout of GPT-2, their files in the layout of Hugging Face, tokenizers,
 * text data and generation.
 */
package io.jenkins.plugins.llmos.engine.train.language;
